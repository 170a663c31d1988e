//! Counts of people whose push rules differ, and highlights: written by the push consumer, event by event.

use super::{Tally, ThreadKey};
use crate::{RoomError, RoomNum, Rooms, StoredEvent, UserNum, topics};
use storage::{Commit, tables};

/// How a user's notifications in a room are counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CountMode {
    /// By the rules that everyone starts with, plus what [`Rooms::add_highlight`] adds.
    #[default]
    AsEveryone,
    /// Only what [`Rooms::add_highlight`] adds: for people who muted the room, want mentions only, or have other rules
    /// under which fewer events notify.
    OwnRules,
}

impl CountMode {
    pub(crate) fn from_number(number: u8) -> Self {
        if number == 1 { Self::OwnRules } else { Self::AsEveryone }
    }
}

/// What a user's push rules say about an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// It notifies.
    pub notify: bool,
    /// It highlights.
    pub highlight: bool,
}

impl Rooms {
    /// Adds to `commit` what `user`'s push rules say about an event, as far as it is more than what is counted for
    /// everyone. Nothing is added for events that the user has read by now or that are redacted. Tells whether something was added.
    pub fn add_highlight(
        &self,
        commit: &mut Commit,
        user: UserNum,
        event: &StoredEvent,
        judgement: Judgement,
    ) -> Result<bool, RoomError> {
        let (room, order) = (event.meta.room, event.meta.order);
        if order <= 0 || self.redacted_by(event.num)?.is_some() {
            return Ok(false);
        }
        let thread = self.thread_of(event)?;
        let reader = self.reader(room, user)?;
        if reader.state.read_up_to(thread).is_some_and(|read| order <= read) {
            return Ok(false);
        }
        let counted = match reader.mode {
            CountMode::AsEveryone => self.counted_for_everyone(event)?.all,
            CountMode::OwnRules => Tally::default(),
        };
        let notify = judgement.notify && counted.notifications == 0;
        let highlight = judgement.highlight && counted.highlights == 0;
        if !notify && !highlight {
            return Ok(false);
        }
        // People who answer but never send receipts leave rows behind; they go here.
        if let Some(read) = reader.state.read_up_to(thread) {
            self.clear_highlights(commit, (room, user), thread, read)?;
        }
        commit.topic(topics::user(user));
        commit.with_position(move |position, ops| {
            ops.put(tables::USER_READS, &(user.0, position.0, room.0), &(thread.number(), 0));
            let row = (thread.number(), notify, highlight, position.0);
            ops.put(tables::HIGHLIGHTS, &(user.0, room.0, order), &row);
        });
        Ok(true)
    }

    /// Chooses how a user's notifications in a room are counted from now on. The rows that
    /// [`Rooms::add_highlight`] wrote so far stay; the caller adds those that lack.
    pub fn set_count_mode(&self, commit: &mut Commit, user: UserNum, room: RoomNum, mode: CountMode) {
        let key = (user.0, room.0);
        match mode {
            CountMode::AsEveryone => commit.delete(tables::COUNT_MODES, &key),
            CountMode::OwnRules => commit.put(tables::COUNT_MODES, &key, &1),
        }
        commit.topic(topics::user(user));
        commit.with_position(move |position, ops| {
            ops.put(tables::USER_READS, &(user.0, position.0, room.0), &(0, 0));
        });
    }

    /// Removes what a user has read by now from `HIGHLIGHTS`, with the commit of a receipt.
    pub(crate) fn clear_highlights(
        &self,
        commit: &mut Commit,
        (room, user): (RoomNum, UserNum),
        thread: ThreadKey,
        upto: i64,
    ) -> Result<(), RoomError> {
        let range = (user.0, room.0, i64::MIN)..=(user.0, room.0, upto);
        for row in self.inner.store.scan(tables::HIGHLIGHTS, range) {
            let (key, (of, _, _, position)) = row?;
            if thread == ThreadKey::UNTHREADED || thread.number() == of {
                commit.delete(tables::HIGHLIGHTS, &key);
                commit.delete(tables::USER_READS, &(user.0, position, room.0));
            }
        }
        Ok(())
    }
}
