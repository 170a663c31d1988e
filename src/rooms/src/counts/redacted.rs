//! What redactions take from the counts.
//!
//! Running tallies only grow, as marks hold on to what they were. So a redacted event stays in them, and a row tells what
//! it had added, for all whose mark is before it to leave out. What is read of these rows costs what was redacted past a
//! reader's mark, and is kept with the [`Reader`](super::Reader) until something else is redacted in the room, which its
//! [`Stamp`] shows.

use super::{RoomTally, Tally, ThreadKey};
use crate::{EventNum, RoomError, RoomNum, Rooms, StoredEvent, cache::Weigh};
use std::sync::atomic::{AtomicU64, Ordering};
use storage::{Commit, tables};

/// Stands for what is redacted in a room: another one when something else is. Means nothing outside this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp(u64);

impl Stamp {
    /// One that was never given.
    pub(super) fn new() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

impl Weigh for Stamp {
    fn weight(&self) -> u64 {
        size_of::<Self>() as u64
    }
}

/// What redacted events past a reader's mark had added to the tallies, by threads.
#[derive(Debug, Default)]
pub(super) struct Redacted {
    threads: Vec<(ThreadKey, Tally)>,
    /// Where all of them stand in the timeline, from low to high.
    orders: Vec<i64>,
}

impl Redacted {
    pub(super) fn of(&self, thread: ThreadKey) -> Tally {
        let known = self.threads.iter().find(|(known, _)| *known == thread);
        known.map(|(_, tally)| *tally).unwrap_or_default()
    }

    pub(super) fn of_all(&self) -> Tally {
        self.threads.iter().fold(Tally::default(), |sum, (_, tally)| sum + *tally)
    }

    /// Whether the event at this place was redacted.
    pub(super) fn holds(&self, order: i64) -> bool {
        self.orders.binary_search(&order).is_ok()
    }

    /// Lets go of what is needed for [`Redacted::holds`] alone.
    pub(super) fn without_orders(self) -> Self {
        Self { threads: self.threads, orders: Vec::new() }
    }

    pub(super) fn weight(&self) -> usize {
        self.threads.capacity() * size_of::<(ThreadKey, Tally)>()
    }

    fn add(&mut self, order: i64, thread: ThreadKey, tally: Tally) {
        self.orders.push(order);
        if tally == Tally::default() {
            return;
        }
        match self.threads.iter_mut().find(|(known, _)| *known == thread) {
            Some((_, sum)) => *sum = *sum + tally,
            None => self.threads.push((thread, tally)),
        }
    }
}

impl Rooms {
    /// What was redacted in a room past `base`, and in each thread past what `read_up_to` says of it.
    pub(super) fn redacted_after(
        &self,
        room: RoomNum,
        base: Option<i64>,
        read_up_to: impl Fn(ThreadKey) -> Option<i64>,
    ) -> Result<Redacted, RoomError> {
        let mut redacted = Redacted::default();
        let past = (room.0, base.map_or(i64::MIN, |base| base.saturating_add(1)))..=(room.0, i64::MAX);
        for row in self.inner.store.scan(tables::REDACTED_COUNTS, past) {
            let ((_, order), (thread, notifications, highlights)) = row?;
            let thread = ThreadKey::from_number(thread);
            if read_up_to(thread).is_none_or(|read| order > read) {
                redacted.add(order, thread, Tally { notifications, highlights });
            }
        }
        Ok(redacted)
    }

    /// Takes an event out of the counts, in the commit of its redaction.
    pub(crate) fn uncount(&self, commit: &mut Commit, event: &StoredEvent) -> Result<(), RoomError> {
        let (room, order) = (event.meta.room, event.meta.order);
        // What was fetched from further back was never counted.
        if order <= 0 {
            return Ok(());
        }
        let counted = self.counted_for_everyone(event)?;
        let in_main = counted.main != Tally::default();
        let thread = if in_main { ThreadKey::MAIN } else { self.thread_of(event)? };
        let Tally { notifications, highlights } = counted.all;
        let row = (thread.number(), notifications, highlights);
        commit.put(tables::REDACTED_COUNTS, &(room.0, order), &row);
        Ok(())
    }

    /// What the event added to the counts of everyone.
    pub(super) fn counted_for_everyone(&self, event: &StoredEvent) -> Result<RoomTally, RoomError> {
        let before = self.tally_before(event.meta.room, event.meta.order)?;
        let after = event.meta.tally;
        Ok(RoomTally { all: after.all - before.all, main: after.main - before.main })
    }

    /// The tallies of the last live event before `order` in the timeline.
    fn tally_before(&self, room: RoomNum, order: i64) -> Result<RoomTally, RoomError> {
        let before = (room.0, 1)..(room.0, order);
        let row = self.inner.store.latest_back(tables::TIMELINE, before)?;
        let Some((_, event)) = row else { return Ok(RoomTally::default()) };
        Ok(self.event(EventNum(event))?.map(|event| event.meta.tally).unwrap_or_default())
    }
}
