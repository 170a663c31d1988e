//! Unread counts by subtraction: see [`tally`] for the arithmetic.
//!
//! Promises: an event that notifies costs two rows however many people are in the room, and a count is read from
//! memory when nothing of the user's changed since it was last read. What a user sent themselves is never unread: each
//! event sent is a mark in its thread, and joining is one in all of them. Counts only look at marks and tallies, so
//! the order in which receipts and events are looked at does not matter.
//!
//! What is redacted is unread no more: see [`redacted`].

mod custom;
mod loudness;
mod reader;
mod redacted;
mod rows;
mod tally;
mod thread;

pub use custom::{CountMode, Judgement};
pub use loudness::{Loudness, loudness};
pub(crate) use reader::Reader;
pub(crate) use redacted::Stamp;
pub(crate) use rows::{MarkKind, MarkRow};
pub use tally::{Mark, ReadState, RoomTally, Tally};
pub use thread::ThreadKey;

use crate::{EventNum, RoomError, RoomNum, Rooms, UserNum};
use std::sync::Arc;
use storage::tables;

/// What a user has not read of a room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnreadCounts {
    /// In the main timeline.
    pub main: Tally,
    /// In threads with something unread, by their roots.
    pub threads: Vec<(EventNum, Tally)>,
}

impl UnreadCounts {
    /// For clients that know no threads.
    pub fn total(&self) -> Tally {
        self.threads.iter().fold(self.main, |sum, (_, tally)| sum + *tally)
    }

    fn add(&mut self, thread: ThreadKey, extra: Tally) {
        let Some(root) = thread.root() else {
            self.main = self.main + extra;
            return;
        };
        match self.threads.iter_mut().find(|(known, _)| *known == root) {
            Some((_, tally)) => *tally = *tally + extra,
            None => self.threads.push((root, extra)),
        }
    }
}

impl Rooms {
    /// What `user` has not read of `room`, by main timeline and threads (client-server API, "Receiving
    /// notifications").
    pub fn notification_counts(&self, user: UserNum, room: RoomNum) -> Result<UnreadCounts, RoomError> {
        let reader = self.reader(room, user)?;
        let mut counts = match reader.mode {
            CountMode::AsEveryone => self.shared_counts(room, &reader)?,
            CountMode::OwnRules => UnreadCounts::default(),
        };
        for extra in &reader.extras {
            counts.add(extra.thread, extra.tally());
        }
        Ok(counts)
    }

    /// How a user's notifications in a room are counted.
    pub fn count_mode(&self, user: UserNum, room: RoomNum) -> Result<CountMode, RoomError> {
        Ok(self.reader(room, user)?.mode)
    }

    /// How far a user has read a room.
    pub fn read_state(&self, user: UserNum, room: RoomNum) -> Result<ReadState, RoomError> {
        Ok(self.reader(room, user)?.state.clone())
    }

    fn shared_counts(&self, room: RoomNum, reader: &Reader) -> Result<UnreadCounts, RoomError> {
        let now = self.room_tally(room)?;
        let state = &reader.state;
        let gone = &reader.redacted;
        let main = state.unread_in_main(&now) - gone.of(ThreadKey::MAIN);
        let mut counts = UnreadCounts { main, threads: Vec::new() };
        // The sum is known before the parts: most rooms have no unread threads, and looking for them ends once all
        // that is unread is found.
        let mut missing = (state.unread_in_all(&now) - gone.of_all() - main).notifications;
        if missing == 0 {
            return Ok(counts);
        }
        for row in self.inner.store.scan_prefix_back(tables::THREAD_ACTIVITY, &room.0) {
            let ((_, order), root) = row?;
            if missing == 0 || state.base_order().is_some_and(|base| order <= base) {
                break;
            }
            let thread = ThreadKey::of_root(EventNum(root));
            let tally = self.thread_tally(room, thread, i64::MAX)?;
            let unread = state
                .unread_in_thread(thread, tally, |thread, order| self.thread_tally(room, thread, order))?
                - gone.of(thread);
            if unread != Tally::default() {
                missing = missing.saturating_sub(unread.notifications);
                counts.threads.push((EventNum(root), unread));
            }
        }
        Ok(counts)
    }

    /// The room's tallies at the last visible event.
    pub(crate) fn room_tally(&self, room: RoomNum) -> Result<RoomTally, RoomError> {
        self.inner.views.tallies.get_or_insert_with(&room, || {
            let row = self.inner.store.get(tables::COUNTS, &(room.0, 0, i64::MAX))?;
            Ok(row.map(RoomTally::from_row).unwrap_or_default())
        })
    }

    /// A thread's tally at `order`; with the greatest order the one now.
    pub(crate) fn thread_tally(
        &self,
        room: RoomNum,
        thread: ThreadKey,
        order: i64,
    ) -> Result<Tally, RoomError> {
        let (room, thread) = (room.0, thread.number());
        let upto = (room, thread, i64::MIN)..=(room, thread, order);
        let row = self.inner.store.scan_back(tables::COUNTS, upto).next().transpose()?;
        Ok(row.map(|(_, row)| Tally::from_row(row)).unwrap_or_default())
    }

    fn reader(&self, room: RoomNum, user: UserNum) -> Result<Arc<Reader>, RoomError> {
        let views = &self.inner.views;
        // Taken before the rows are read, so that a redaction in between makes it an old one.
        let stamp = views.stamps.get_or_insert_with(&room, || Ok::<_, RoomError>(Stamp::new()))?;
        let load = || self.load_reader(room, user, stamp).map(Arc::new);
        let known = views.readers.get_or_insert_with(&(room, user), load)?;
        if known.stamp == stamp {
            return Ok(known);
        }
        views.readers.remove(&(room, user));
        views.readers.get_or_insert_with(&(room, user), load)
    }
}
