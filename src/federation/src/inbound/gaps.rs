//! Events came whose past is not here: what lies between is fetched; where that leads to nothing that is known, the
//! state there.

use super::{
    GapError, Sources,
    fetch::PATIENCE,
    order::{Events, in_time},
};
use crate::{Federation, PeerError};
use events::Pdu;
use rooms::{Outcome, Received, RoomError, RoomRef};
use ruma::{OwnedEventId, ServerName, UInt, api::federation::event::get_missing_events::v1::Request};
use std::collections::BTreeSet;

/// Requests for what lies between, and the most events that are taken so.
const MOST_ROUNDS: usize = 10;
const MOST_BETWEEN: usize = 200;
/// What is asked for in one request. Servers give fewer, but whoever gives at least as many as the specification's default
/// may have more.
const ASKED: u32 = 100;
const FULL: usize = 10;
/// The most ends of the known graph that are named.
const MOST_ENDS: usize = 20;
/// The most places at which a state is asked for to place one event.
const MOST_HOLES: usize = 20;

impl Federation {
    /// Fetches what `pdu` needs before the room can take it in.
    pub(super) async fn fill(
        &self,
        room: &RoomRef,
        origin: &ServerName,
        pdu: &Pdu,
        missing_prev: &[OwnedEventId],
    ) -> Result<(), GapError> {
        let sources = self.sources(room, Some(origin))?;
        if !missing_prev.is_empty() {
            let between = self.between(room, &sources, pdu).await?;
            let holes = self.holes(room, &between, pdu)?;
            if holes.len() > MOST_HOLES {
                return Err(GapError::Told("the event follows too many that are not known"));
            }
            for hole in &holes {
                self.anchor(room, &sources, hole).await?;
            }
            for event in in_time(between) {
                self.take_fetched(room, &sources, event).await?;
            }
        }
        self.authorize(room, &sources, pdu).await
    }

    /// What lies between the known ends of the room and `pdu`, as far as it can be had.
    async fn between(&self, room: &RoomRef, sources: &Sources, pdu: &Pdu) -> Result<Events, GapError> {
        let mut ends = self.inner.rooms.forward_extremities(room.num)?;
        ends.truncate(MOST_ENDS);
        let mut between = Events::new();
        let mut latest = vec![pdu.event_id().to_owned()];
        for _ in 0..MOST_ROUNDS {
            let mut request = Request::new(room.id.clone(), ends.clone(), latest);
            request.limit = UInt::from(ASKED);
            let told = match self.ask_any(sources, request, PATIENCE).await {
                Ok(answer) => answer.events,
                // Then the state is asked for.
                Err(GapError::Peer(error)) if !matches!(error, PeerError::Nonsense(_)) => break,
                Err(error) => return Err(error),
            };
            if told.len() > ASKED as usize {
                return Err(GapError::Told("more events were told than asked for"));
            }
            let before = between.len();
            let checked = self.check_told(room, &told).await?;
            if checked.malformed > 0 {
                // What follows it can't be placed, whatever state is told.
                return Err(GapError::Told("what lies between is no event of this room version"));
            }
            for event in checked.good {
                if event.event_id() != pdu.event_id() && !self.is_placed(room, event.event_id())? {
                    between.insert(event.event_id().to_owned(), event);
                }
            }
            latest = self.edge(room, &between, pdu)?;
            let exhausted = told.len() < FULL || between.len() == before;
            if latest.is_empty() || exhausted || between.len() >= MOST_BETWEEN {
                break;
            }
        }
        Ok(between)
    }

    /// The events that follow something that is neither known nor among them.
    fn edge(&self, room: &RoomRef, between: &Events, pdu: &Pdu) -> Result<Vec<OwnedEventId>, RoomError> {
        let mut edge = Vec::new();
        for event in between.values().chain([pdu]) {
            for id in event.prev_events() {
                if !between.contains_key(id) && !self.is_placed(room, id)? {
                    edge.push(event.event_id().to_owned());
                    break;
                }
            }
        }
        edge.truncate(MOST_ENDS);
        Ok(edge)
    }

    /// What they follow that is neither known nor among them.
    fn holes(
        &self,
        room: &RoomRef,
        between: &Events,
        pdu: &Pdu,
    ) -> Result<BTreeSet<OwnedEventId>, RoomError> {
        let mut holes = BTreeSet::new();
        for id in between.values().chain([pdu]).flat_map(Pdu::prev_events) {
            if !between.contains_key(id) && !holes.contains(id) && !self.is_placed(room, id)? {
                holes.insert(id.clone());
            }
        }
        Ok(holes)
    }

    /// Takes in an event that was fetched, with what authorizes it. One that can't be placed is left out: what
    /// follows it is then missing something, and says so.
    async fn take_fetched(&self, room: &RoomRef, sources: &Sources, pdu: Pdu) -> Result<(), GapError> {
        let mut outcome = self.inner.rooms.receive(&room.id, pdu.clone(), Received::Live).await?;
        if let Outcome::Missing { prev, auth } = &outcome
            && prev.is_empty()
            && !auth.is_empty()
        {
            self.authorize(room, sources, &pdu).await?;
            outcome = self.inner.rooms.receive(&room.id, pdu.clone(), Received::Live).await?;
        }
        self.inner.inbound.counters.outcome(&outcome);
        tracing::debug!(room = %room.id, event = %pdu.event_id(), ?outcome, "a missing event was fetched");
        Ok(())
    }
}
