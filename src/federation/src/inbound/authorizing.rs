//! Events that authorize others and are not here.

use super::{
    GapError, Sources,
    fetch::PATIENCE,
    order::{Events, in_auth},
};
use crate::Federation;
use events::Pdu;
use rooms::{RoomError, RoomRef};
use ruma::{OwnedEventId, api::federation::authorization::get_event_authorization::v1::Request};
use std::collections::BTreeSet;

/// How far back what authorizes is fetched event by event, and how many events at most.
const MOST_LEVELS: usize = 10;
const MOST_SINGLE: usize = 100;

impl Federation {
    /// Fetches and keeps what authorizes an event, as far as it is not here and can be had.
    ///
    /// # Errors
    /// Only of this server's own database: what can't be had is missed by whoever takes the event in.
    pub(super) async fn authorize(
        &self,
        room: &RoomRef,
        sources: &Sources,
        pdu: &Pdu,
    ) -> Result<(), GapError> {
        if self.unknown(pdu.auth_events())?.is_empty() {
            return Ok(());
        }
        let request = Request::new(room.id.clone(), pdu.event_id().to_owned());
        let told = match self.ask_any(sources, request, PATIENCE).await {
            Ok(answer) => self.check_told(room, &answer.auth_chain).await,
            Err(error) => Err(error),
        };
        match told {
            Ok(told) => {
                self.keep(room, told.by_id()).await?;
            }
            Err(GapError::Room(error)) => return Err(error.into()),
            Err(error) => tracing::debug!(event = %pdu.event_id(), %error, "nobody tells what authorizes it"),
        }
        let missing = self.unknown(pdu.auth_events())?;
        self.fetch_authorizing(room, sources, missing).await
    }

    /// Fetches events one by one, and what authorizes them.
    pub(super) async fn fetch_authorizing(
        &self,
        room: &RoomRef,
        sources: &Sources,
        mut missing: BTreeSet<OwnedEventId>,
    ) -> Result<(), GapError> {
        let mut fetched = Events::new();
        for _ in 0..MOST_LEVELS {
            if missing.is_empty() || fetched.len() + missing.len() > MOST_SINGLE {
                break;
            }
            let level = self.fetch_events(room, sources, missing.into_iter().collect()).await?;
            let mut next = self.unknown(level.values().flat_map(Pdu::auth_events))?;
            fetched.extend(level);
            next.retain(|id| !fetched.contains_key(id));
            missing = next;
        }
        self.keep(room, fetched).await
    }

    /// Keeps events beside the graph; those without what authorizes them are not kept.
    pub(super) async fn keep(&self, room: &RoomRef, events: Events) -> Result<(), GapError> {
        if !events.is_empty() {
            self.inner.rooms.receive_outliers(&room.id, in_auth(events)).await?;
        }
        Ok(())
    }

    /// Those of these events that are not stored.
    pub(super) fn unknown<'a>(
        &self,
        ids: impl IntoIterator<Item = &'a OwnedEventId>,
    ) -> Result<BTreeSet<OwnedEventId>, RoomError> {
        let mut unknown = BTreeSet::new();
        for id in ids {
            if !self.is_stored(id)? {
                unknown.insert(id.clone());
            }
        }
        Ok(unknown)
    }
}
