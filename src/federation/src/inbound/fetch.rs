//! Asking the servers of a room, one after the other, until one answers.

use super::{GapError, Sources, nobody, order::Events};
use crate::{Federation, PduRefused, PeerError};
use events::Pdu;
use futures_util::{StreamExt as _, stream};
use rooms::{RoomError, RoomRef};
use ruma::{
    EventId, OwnedEventId, OwnedServerName, ServerName,
    api::{
        OutgoingRequest,
        federation::{authentication::ServerSignatures, event::get_event},
        path_builder::PathBuilder,
    },
};
use serde_json::value::RawValue;
use std::time::Duration;

/// The most servers that are asked for one thing.
const MOST_SOURCES: usize = 3;
/// Events that are asked for at the same time.
const AT_ONCE: usize = 8;
/// Events that are checked in one go.
const STEP: usize = 500;
/// How long the answer to a small question may take.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// Events that were told, checked by themselves.
pub(super) struct Checked {
    pub(super) good: Vec<Pdu>,
    /// How many were no events of the room's version.
    pub(super) malformed: usize,
}

impl Checked {
    pub(super) fn by_id(self) -> Events {
        self.good.into_iter().map(|pdu| (pdu.event_id().to_owned(), pdu)).collect()
    }
}

impl Federation {
    /// Whom to ask about a room: `first`, who has spoken of it, then others that are in it and not known to be silent.
    pub(super) fn sources(
        &self,
        room: &RoomRef,
        first: Option<&ServerName>,
    ) -> Result<Vec<OwnedServerName>, RoomError> {
        let mut sources: Vec<OwnedServerName> = first.into_iter().map(ServerName::to_owned).collect();
        for server in self.inner.rooms.servers_in(room.num)? {
            if sources.len() == MOST_SOURCES {
                break;
            }
            let may = self.may_ask(&server).is_ok() && self.inner.health.wait(&server).is_none();
            if may && !sources.contains(&server) {
                sources.push(server);
            }
        }
        Ok(sources)
    }

    /// Asks the sources in turn. The last reason is given when nobody has an answer.
    pub(super) async fn ask_any<R>(
        &self,
        sources: &Sources,
        request: R,
        patience: Duration,
    ) -> Result<R::IncomingResponse, GapError>
    where
        R: OutgoingRequest<Authentication = ServerSignatures> + Clone,
        R::PathBuilder: for<'a> PathBuilder<Input<'a> = ()>,
    {
        let mut why = nobody();
        for server in sources {
            match self.ask(server, request.clone(), patience).await {
                Ok(answer) => return Ok(answer),
                Err(error) => {
                    tracing::debug!(%server, %error, "a server of the room had no answer");
                    // That an answer makes no sense says more than that another server is not there.
                    if !matches!(why, GapError::Peer(PeerError::Nonsense(_))) {
                        why = error.into();
                    }
                }
            }
        }
        Err(why)
    }

    /// Checks what was told of a room: what is of another room, or not rightly signed, or no event at all is left out.
    pub(super) async fn check_told(
        &self,
        room: &RoomRef,
        told: &[Box<RawValue>],
    ) -> Result<Checked, GapError> {
        let mut checked_events = Checked { good: Vec::with_capacity(told.len()), malformed: 0 };
        for step in told.chunks(STEP) {
            for checked in self.check_pdus(step.iter().map(AsRef::as_ref), &room.rules).await? {
                match checked {
                    Ok(pdu) if pdu.room_id() == room.id => checked_events.good.push(pdu),
                    Ok(_) => tracing::debug!(room = %room.id, "an event of another room was told"),
                    Err(error) => {
                        tracing::debug!(room = %room.id, %error, "an event that was told is dropped");
                        checked_events.malformed += usize::from(matches!(error, PduRefused::Format(_)));
                    }
                }
            }
        }
        Ok(checked_events)
    }

    /// One event of the room.
    pub(super) async fn fetch_event(
        &self,
        room: &RoomRef,
        sources: &Sources,
        id: &EventId,
    ) -> Result<Pdu, GapError> {
        let request = get_event::v1::Request::new(id.to_owned());
        let answer = self.ask_any(sources, request, PATIENCE).await?;
        let pdu = self.check_told(room, &[answer.pdu]).await?.good.pop();
        pdu.filter(|pdu| pdu.event_id() == id).ok_or(GapError::Told("another event was told than asked for"))
    }

    /// Those of these events that can be had.
    pub(super) async fn fetch_events(
        &self,
        room: &RoomRef,
        sources: &Sources,
        ids: Vec<OwnedEventId>,
    ) -> Result<Events, GapError> {
        let fetches = ids.into_iter().map(|id| async move {
            let fetched = self.fetch_event(room, sources, &id).await;
            (id, fetched)
        });
        let mut answers = stream::iter(fetches).buffer_unordered(AT_ONCE);
        let mut events = Events::new();
        while let Some((id, fetched)) = answers.next().await {
            match fetched {
                Ok(pdu) => drop(events.insert(id, pdu)),
                Err(GapError::Room(error)) => return Err(error.into()),
                Err(error) => tracing::debug!(event = %id, %error, "an event can't be had"),
            }
        }
        Ok(events)
    }

    /// Whether an event is stored, with or without its place in the room.
    pub(super) fn is_stored(&self, id: &EventId) -> Result<bool, RoomError> {
        Ok(self.inner.rooms.ids().find_event(id)?.is_some())
    }

    /// Whether an event is stored and has its place in the room.
    pub(super) fn is_placed(&self, room: &RoomRef, id: &EventId) -> Result<bool, RoomError> {
        let event = self.inner.rooms.event_by_id(id)?;
        Ok(event.is_some_and(|event| event.meta.room == room.num && !event.meta.flags.outlier))
    }
}
