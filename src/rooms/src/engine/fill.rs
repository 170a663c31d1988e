//! Rows for events that are older than the tables which hold them.
//!
//! A database that was made before such a table gets its rows once, room by room, beside everything else. A room that is
//! done is marked in the commit of its last rows, so what was cut off goes on there; a room gone over twice has the same rows.

use storage::{Commit, Durability, tables};

use crate::{RoomError, RoomNum, Rooms, ids::EventNum, timeline::Direction};

/// The name of the mark in `CURSORS`: the number of the last room that is done.
const DONE: &str = "rooms.filled";
/// What the mark says when all are.
const ALL: u64 = u64::MAX;
/// Events that are gone over under the room's lock.
const STEP: usize = 500;

impl Rooms {
    /// Fills `EVENTS_BY_TIME` and `REDACTED_COUNTS`, unless that is done.
    pub(super) async fn fill_tables(&self) -> Result<(), RoomError> {
        let done = self.inner.store.get(tables::CURSORS, &DONE.to_owned())?;
        if done == Some(ALL) {
            return Ok(());
        }
        for room in self.all_rooms()? {
            if done.is_some_and(|done| room.0 <= done) {
                continue;
            }
            let mut place = Some(i64::MIN);
            while let Some(from) = place {
                place = self.fill_room(room, from).await?;
            }
        }
        let mut commit = Commit::new(Durability::Lazy).positions(0);
        commit.put(tables::CURSORS, &DONE.to_owned(), &ALL);
        self.inner.store.commit(commit).await?;
        Ok(())
    }

    /// Goes over the next events of a room; where to go on.
    async fn fill_room(&self, room: RoomNum, from: i64) -> Result<Option<i64>, RoomError> {
        // Held so that no purge comes in between: it would leave rows of a room that is no more.
        let Some(info) = self.room_by_num(room)? else { return Ok(None) };
        let _locked = self.lock(&info).await?;
        if self.room_by_num(room)?.is_none() {
            return Ok(None);
        }
        let page = self.timeline(room, Some(from), Direction::Forward, STEP)?;
        let next = page.events.last().map(|(order, _)| *order).filter(|_| page.more);
        let mut commit = Commit::new(Durability::Lazy).positions(0);
        for (order, num) in page.events {
            self.fill_event(&mut commit, room, order, num)?;
        }
        if next.is_none() {
            commit.put(tables::CURSORS, &DONE.to_owned(), &room.0);
        }
        self.inner.store.commit(commit).await?;
        Ok(next)
    }

    fn fill_event(
        &self,
        commit: &mut Commit,
        room: RoomNum,
        order: i64,
        num: EventNum,
    ) -> Result<(), RoomError> {
        let Some(event) = self.event(num)? else { return Ok(()) };
        let by_time = (room.0, event.pdu.origin_server_ts().get().into(), order);
        if !self.inner.store.contains(tables::EVENTS_BY_TIME, &by_time)? {
            commit.put(tables::EVENTS_BY_TIME, &by_time, &num.0);
        }
        if self.redacted_by(num)?.is_some() {
            self.uncount(commit, &event)?;
        }
        Ok(())
    }
}
