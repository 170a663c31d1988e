//! The order in which people see a room's events.
//!
//! Live events have their position as order; what was fetched from further back has negative orders, counting down.

use std::ops::Bound;

use storage::{Position, tables};

use crate::{
    RoomError, Rooms,
    ids::{EventNum, RoomNum},
};

/// Which way to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From newer to older.
    Backward,
    /// From older to newer.
    Forward,
}

/// A piece of a timeline.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Page {
    /// Order and event, in the direction asked for.
    pub events: Vec<(i64, EventNum)>,
    /// Whether there is more in that direction.
    pub more: bool,
}

impl Rooms {
    /// Up to `limit` events from `from` on. Like a position between events, `from` counts as after the event of that
    /// order: backward it is included, forward it is not. Without it the reading begins at the end that the
    /// direction comes from.
    pub fn timeline(
        &self,
        room: RoomNum,
        from: Option<i64>,
        direction: Direction,
        limit: usize,
    ) -> Result<Page, RoomError> {
        let store = &self.inner.store;
        let room = room.0;
        match direction {
            Direction::Backward => {
                let range = (room, i64::MIN)..=(room, from.unwrap_or(i64::MAX));
                page(store.scan_back(tables::TIMELINE, range), limit)
            }
            Direction::Forward => {
                let start =
                    from.map_or(Bound::Included((room, i64::MIN)), |from| Bound::Excluded((room, from)));
                page(store.scan(tables::TIMELINE, (start, Bound::Included((room, i64::MAX)))), limit)
            }
        }
    }

    /// The newest `limit` events with `after < position <= upto`, from older to newer, and whether older ones in that
    /// range were left out.
    pub fn timeline_range(
        &self,
        room: RoomNum,
        after: Position,
        upto: Position,
        limit: usize,
    ) -> Result<Page, RoomError> {
        let range = (Bound::Excluded((room.0, order_of(after))), Bound::Included((room.0, order_of(upto))));
        let mut newest = page(self.inner.store.scan_back(tables::TIMELINE, range), limit)?;
        newest.events.reverse();
        Ok(newest)
    }

    /// The last order from `from` to `to` at which the room's state was told, without an event: this server came in again, or did not
    /// hear for a while, and what happened meanwhile is not here. A timeline begins after it.
    pub fn last_break(&self, room: RoomNum, from: i64, to: i64) -> Result<Option<i64>, RoomError> {
        let position = |order: i64| u64::try_from(order).unwrap_or(0);
        let range = (room.0, position(from))..=(room.0, position(to));
        for row in self.inner.store.scan_back(tables::CURRENT_STATE_LOG, range) {
            let ((_, at), _) = row?;
            let at = order_of(Position(at));
            if !self.inner.store.contains(tables::TIMELINE, &(room.0, at))? {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// The position of the room's last change, as far as anybody remembers: a room that may have changed after a
    /// position says so, one that says no has not.
    pub fn room_position(&self, room: RoomNum) -> storage::TopicPosition {
        self.inner.store.topic_position(crate::topics::room(room))
    }
}

/// The order that events of a position have.
pub fn order_of(position: Position) -> i64 {
    i64::try_from(position.0).unwrap_or(i64::MAX)
}

type Row = Result<((u64, i64), u64), storage::ReadError>;

fn page(rows: impl Iterator<Item = Row>, limit: usize) -> Result<Page, RoomError> {
    let mut page = Page::default();
    for row in rows {
        if page.events.len() == limit {
            page.more = true;
            break;
        }
        let ((_, order), event) = row?;
        page.events.push((order, EventNum(event)));
    }
    Ok(page)
}
