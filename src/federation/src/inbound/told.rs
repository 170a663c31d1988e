//! The state at an event whose past is not here, as another server tells it.

use super::{GapError, Sources};
use crate::Federation;
use rooms::{Outcome, Received, RoomRef};
use ruma::{
    EventId, OwnedEventId,
    api::federation::event::{get_room_state, get_room_state_ids},
    events::StateEventType,
};
use std::{collections::BTreeSet, time::Duration};

/// How long telling a state may take.
const PATIENCE: Duration = Duration::from_secs(90);
/// The most events of a state and of what authorizes it.
const MOST: usize = 300_000;
/// So many events are fetched one by one; of more, when they are more than one in ten, the state is fetched whole.
const FEW: usize = 10;

impl Federation {
    /// Gives an event a place in the room though its past is not here: after the state that is told.
    pub(super) async fn anchor(
        &self,
        room: &RoomRef,
        sources: &Sources,
        id: &EventId,
    ) -> Result<(), GapError> {
        let beside = self.inner.rooms.event_by_id(id)?.filter(|event| event.meta.room == room.num);
        let pdu = match beside {
            Some(event) => event.pdu.clone(),
            None => self.fetch_event(room, sources, id).await?,
        };
        let state = self.told_state(room, sources, id).await?;
        self.authorize(room, sources, &pdu).await?;
        match self.inner.rooms.receive(&room.id, pdu, Received::Anchored { state }).await? {
            Outcome::Missing { .. } => Err(GapError::Told("what authorizes an event can't be had")),
            _ => Ok(()),
        }
    }

    /// The state before an event, all of it stored. What can't be had, or is not what its server signed, is missing in it.
    pub(super) async fn told_state(
        &self,
        room: &RoomRef,
        sources: &Sources,
        id: &EventId,
    ) -> Result<Vec<OwnedEventId>, GapError> {
        let request = get_room_state_ids::v1::Request::new(id.to_owned(), room.id.clone());
        let told = self.ask_any(sources, request, PATIENCE).await?;
        let all = told.pdu_ids.len() + told.auth_chain_ids.len();
        if all > MOST {
            return Err(GapError::Told("the state is too large"));
        }
        let unknown = self.unknown(told.pdu_ids.iter().chain(&told.auth_chain_ids))?;
        if unknown.len() > FEW && unknown.len() > all / 10 {
            self.fetch_state(room, sources, id, &unknown).await?;
        } else {
            let fetched = self.fetch_events(room, sources, unknown.into_iter().collect()).await?;
            self.keep(room, fetched).await?;
        }
        let mut state = Vec::with_capacity(told.pdu_ids.len());
        for id in told.pdu_ids {
            if self.is_stored(&id)? {
                state.push(id);
            }
        }
        let create = self.inner.rooms.current_state(room.num, &StateEventType::RoomCreate, "")?;
        if create.is_some_and(|create| !state.contains(create.owned_event_id())) {
            return Err(GapError::Told("the state lacks the room's creation"));
        }
        Ok(state)
    }

    /// Fetches a state whole, and keeps of it what is wanted.
    async fn fetch_state(
        &self,
        room: &RoomRef,
        sources: &Sources,
        id: &EventId,
        wanted: &BTreeSet<OwnedEventId>,
    ) -> Result<(), GapError> {
        let request = get_room_state::v1::Request::new(id.to_owned(), room.id.clone());
        let mut told = self.ask_any(sources, request, PATIENCE).await?;
        told.pdus.append(&mut told.auth_chain);
        if told.pdus.len() > MOST {
            return Err(GapError::Told("the state is too large"));
        }
        let mut events = self.check_told(room, &told.pdus).await?.by_id();
        events.retain(|id, _| wanted.contains(id));
        self.keep(room, events).await
    }
}
