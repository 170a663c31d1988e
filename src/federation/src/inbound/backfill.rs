//! The past of a room, fetched when somebody reads that far back (server-server API, "Backfilling and retrieving missing
//! events").

use super::{
    GapError, Sources,
    fetch::PATIENCE,
    order::{Events, in_time},
};
use crate::Federation;
use events::Pdu;
use parking_lot::Mutex;
use rooms::{RoomError, RoomNum, RoomRef};
use ruma::{OwnedEventId, UInt, api::federation::backfill::get_backfill::v1::Request};
use std::{collections::HashMap, time::Duration};

/// How many events are asked for at least and at most.
const LEAST: usize = 20;
const MOST: usize = 100;
/// The most events that one request begins at.
const MOST_BEGINNINGS: usize = 20;
/// How long one reader waits for the past.
const LONGEST: Duration = Duration::from_secs(60);
/// How long nobody is asked again after nobody had an answer, in milliseconds.
const QUIET_MS: u64 = 60_000;
/// Rooms remembered as having no more past to be had.
const MOST_QUIET: usize = 10_000;

/// Rooms whose past can't be had now, and until when, milliseconds since the epoch.
#[derive(Default)]
pub(super) struct Quiet(Mutex<HashMap<RoomNum, u64>>);

impl Quiet {
    fn is(&self, room: RoomNum, now_ms: u64) -> bool {
        self.0.lock().get(&room).is_some_and(|until| *until > now_ms)
    }

    fn begin(&self, room: RoomNum, now_ms: u64) {
        let mut rooms = self.0.lock();
        if rooms.len() >= MOST_QUIET {
            rooms.retain(|_, until| *until > now_ms);
        }
        rooms.insert(room, now_ms + QUIET_MS);
    }
}

impl Federation {
    /// Whether a room has a past that is not here.
    pub fn has_gaps(&self, room: &RoomRef) -> Result<bool, RoomError> {
        Ok(!self.inner.rooms.gaps(room.num, 1)?.is_empty())
    }

    /// Fetches some of the past of a room that is not here, about as many events as are `wanted`. Whether there is more
    /// to read now.
    ///
    /// # Errors
    /// Only when the database can't be read or written.
    pub async fn backfill(&self, room: &RoomRef, wanted: usize) -> Result<bool, RoomError> {
        let before = self.inner.rooms.gaps(room.num, MOST_BEGINNINGS)?;
        if before.is_empty()
            || !self.inner.rooms.is_resident(room.num)?
            || self.inner.inbound.quiet.is(room.num, self.inner.clock.now_ms())
        {
            return Ok(false);
        }
        let _turn = self.inner.inbound.backfills.wait(room.num).await;
        let gaps = self.inner.rooms.gaps(room.num, MOST_BEGINNINGS)?;
        if gaps != before {
            // Somebody else has fetched it meanwhile.
            return Ok(true);
        }
        let added = tokio::time::timeout(LONGEST, self.fetch_past(room, gaps, wanted.clamp(LEAST, MOST)));
        let added = match added.await {
            Ok(Ok(added)) => added,
            Ok(Err(GapError::Room(error))) => return Err(error),
            Ok(Err(why)) => {
                tracing::info!(room = %room.id, %why, "the past of a room can't be had now");
                0
            }
            Err(_) => 0,
        };
        if added == 0 {
            self.inner.inbound.quiet.begin(room.num, self.inner.clock.now_ms());
        }
        Ok(added > 0)
    }

    /// How many events were added.
    async fn fetch_past(
        &self,
        room: &RoomRef,
        gaps: Vec<OwnedEventId>,
        limit: usize,
    ) -> Result<usize, GapError> {
        let sources = self.sources(room, None)?;
        let mut result = Err(GapError::Told("nobody tells of it"));
        // Whoever has nothing new may not have been there then: another is asked.
        for source in sources {
            let source = [source];
            let limit = UInt::try_from(limit).unwrap_or_default();
            let request = Request::new(room.id.clone(), gaps.clone(), limit);
            let told = match self.ask_any(&source, request, PATIENCE).await {
                Ok(told) => told.pdus,
                Err(error) => {
                    result = Err(error);
                    continue;
                }
            };
            if told.len() > MOST {
                continue;
            }
            let mut past = self.check_told(room, &told).await?.by_id();
            for id in past.keys().cloned().collect::<Vec<_>>() {
                if self.is_placed(room, &id)? {
                    past.remove(&id);
                }
            }
            match self.store_past(room, &source, past).await {
                Ok(0) => {}
                done => return done,
            }
        }
        result.map(|(): ()| 0)
    }

    /// Puts events before all that is known. How many were added.
    pub(super) async fn store_past(
        &self,
        room: &RoomRef,
        source: &Sources,
        past: Events,
    ) -> Result<usize, GapError> {
        let past = in_time(past);
        let Some(first) = self.first_without_past(room, &past)? else {
            return self.add_past(room, source, past, None).await;
        };
        let state = self.told_state(room, source, &first).await?;
        self.add_past(room, source, past, Some(&state)).await
    }

    async fn add_past(
        &self,
        room: &RoomRef,
        source: &Sources,
        mut past: Vec<Pdu>,
        state: Option<&[OwnedEventId]>,
    ) -> Result<usize, GapError> {
        let among = |id: &OwnedEventId| past.iter().any(|pdu| pdu.event_id() == id);
        let mut missing = self.unknown(past.iter().flat_map(Pdu::auth_events))?;
        missing.retain(|id| !among(id));
        self.fetch_authorizing(room, source, missing).await?;
        // What can't be judged is left out, with what it authorizes.
        let mut kept: Vec<Pdu> = Vec::with_capacity(past.len());
        for pdu in past.drain(..) {
            let mut judged = true;
            for id in pdu.auth_events() {
                judged &= kept.iter().any(|kept| kept.event_id() == id) || self.is_stored(id)?;
            }
            if judged {
                kept.push(pdu);
            }
        }
        if kept.is_empty() {
            return Ok(0);
        }
        Ok(self.inner.rooms.backfill(&room.id, kept, state).await?)
    }

    /// The first event that follows one that is neither known nor among them.
    fn first_without_past(&self, room: &RoomRef, past: &[Pdu]) -> Result<Option<OwnedEventId>, RoomError> {
        for (at, pdu) in past.iter().enumerate() {
            for id in pdu.prev_events() {
                let among = past[..at].iter().any(|earlier| earlier.event_id() == id);
                if !among && !self.is_placed(room, id)? {
                    return Ok(Some(pdu.event_id().to_owned()));
                }
            }
        }
        Ok(None)
    }
}
