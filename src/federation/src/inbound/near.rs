//! The event closest to a time, when it is in a part of the past that is not here (server-server API, "Retrieving events",
//! `timestamp_to_event`).

use super::{GapError, fetch::PATIENCE};
use crate::Federation;
use rooms::{Direction, RoomError, RoomRef, StoredEvent};
use ruma::{
    MilliSecondsSinceUnixEpoch, UInt,
    api::{Direction as Wanted, federation::event::get_event_by_timestamp::v1::Request},
};
use std::sync::Arc;

impl Federation {
    /// The event closest to a time (milliseconds since the epoch) in one direction, as other servers of the room know
    /// it; it is here when this returns. `None` when nobody knows one.
    ///
    /// # Errors
    /// Only when the database can't be read or written.
    pub async fn event_near(
        &self,
        room: &RoomRef,
        time: u64,
        direction: Direction,
    ) -> Result<Option<Arc<StoredEvent>>, RoomError> {
        match self.fetch_near(room, time, direction).await {
            Ok(event) => Ok(event),
            Err(GapError::Room(error)) => Err(error),
            Err(why) => {
                tracing::debug!(room = %room.id, %why, "no server knows an event of that time");
                Ok(None)
            }
        }
    }

    async fn fetch_near(
        &self,
        room: &RoomRef,
        time: u64,
        direction: Direction,
    ) -> Result<Option<Arc<StoredEvent>>, GapError> {
        let sources = self.sources(room, None)?;
        let direction = match direction {
            Direction::Backward => Wanted::Backward,
            Direction::Forward => Wanted::Forward,
        };
        let time = MilliSecondsSinceUnixEpoch(UInt::new_saturating(time));
        let id =
            self.ask_any(&sources, Request::new(room.id.clone(), time, direction), PATIENCE).await?.event_id;
        if !self.is_placed(room, &id)? {
            let _turn = self.inner.inbound.backfills.wait(room.num).await;
            let pdu = self.fetch_event(room, &sources, &id).await?;
            self.store_past(room, &sources, [(id.clone(), pdu)].into()).await?;
        }
        let event = self.inner.rooms.event_by_id(&id)?;
        Ok(event.filter(|event| event.meta.room == room.num && event.meta.in_timeline()))
    }
}
