//! Events by the time that their senders give.

use crate::{Direction, EventNum, RoomError, RoomRef, Rooms, StoredEvent, UserNum, visibility::Viewer};
use std::sync::Arc;
use storage::{ReadError, tables};

/// Events that one search looks at before it finds one that the viewer may see.
const MOST_LOOKED_AT: usize = 1_000;

impl Rooms {
    /// The event closest to a time (milliseconds since the epoch), that time included, in one direction, that the viewer may
    /// see. Of events of the same time it is the one that comes first in that direction.
    pub fn event_at(
        &self,
        room: &RoomRef,
        viewer: UserNum,
        time: u64,
        direction: Direction,
    ) -> Result<Option<Arc<StoredEvent>>, RoomError> {
        let mut sight = self.sight(room, Viewer::user(viewer));
        self.event_near(room, time, direction, |event| Ok(sight.of(event)?.visible))
    }

    /// [`Rooms::event_at`] for whoever sees what `sees` says.
    pub fn event_near(
        &self,
        room: &RoomRef,
        time: u64,
        direction: Direction,
        sees: impl FnMut(&StoredEvent) -> Result<bool, RoomError>,
    ) -> Result<Option<Arc<StoredEvent>>, RoomError> {
        let (store, num) = (&self.inner.store, room.num.0);
        match direction {
            Direction::Forward => {
                let range = (num, time, i64::MIN)..=(num, u64::MAX, i64::MAX);
                self.first_seen(store.scan(tables::EVENTS_BY_TIME, range), sees)
            }
            Direction::Backward => {
                let range = (num, 0, i64::MIN)..=(num, time, i64::MAX);
                self.first_seen(store.scan_back(tables::EVENTS_BY_TIME, range), sees)
            }
        }
    }

    fn first_seen(
        &self,
        rows: impl Iterator<Item = Result<((u64, u64, i64), u64), ReadError>>,
        mut sees: impl FnMut(&StoredEvent) -> Result<bool, RoomError>,
    ) -> Result<Option<Arc<StoredEvent>>, RoomError> {
        for row in rows.take(MOST_LOOKED_AT) {
            let (_, event) = row?;
            let Some(event) = self.event(EventNum(event))? else { continue };
            if sees(&event)? {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }
}
