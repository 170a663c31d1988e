//! What is told once and kept in memory only: who types, reads and is here. Of each the newest word counts.

use super::task::Read;
use rooms::{EventNum, RoomNum, UserNum, counts::ThreadKey};
use std::collections::{BTreeMap, BTreeSet};

/// The most of each kind that waits for a server; more is left out.
const MOST: usize = 5_000;

/// What passes.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Passing {
    pub(super) typing: BTreeMap<(RoomNum, UserNum), bool>,
    /// By room, user and thread: the event read up to, and when.
    pub(super) receipts: BTreeMap<(RoomNum, UserNum, ThreadKey), (EventNum, u64)>,
    pub(super) presence: BTreeSet<UserNum>,
}

impl Passing {
    pub(super) fn is_empty(&self) -> bool {
        self.typing.is_empty() && self.receipts.is_empty() && self.presence.is_empty()
    }

    pub(super) fn types(&mut self, room: RoomNum, user: UserNum, typing: bool) {
        if self.typing.len() < MOST {
            self.typing.insert((room, user), typing);
        }
    }

    pub(super) fn reads(&mut self, read: Read) {
        if self.receipts.len() < MOST {
            self.receipts.insert((read.room, read.user, read.thread), (read.event, read.ts));
        }
    }

    pub(super) fn is_here(&mut self, user: UserNum) {
        if self.presence.len() < MOST {
            self.presence.insert(user);
        }
    }

    /// Takes up to so many of each kind.
    pub(super) fn take(&mut self, most: usize) -> Self {
        let mut taken = Self::default();
        for _ in 0..most {
            taken.typing.extend(self.typing.pop_first());
            taken.receipts.extend(self.receipts.pop_first());
            taken.presence.extend(self.presence.pop_first());
        }
        taken
    }

    /// What could not be brought; newer words stay. Who typed then does not matter any more.
    pub(super) fn give_back(&mut self, old: Self) {
        self.typing.clear();
        for (key, receipt) in old.receipts {
            self.receipts.entry(key).or_insert(receipt);
        }
        self.presence.extend(old.presence);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(user: u64, event: u64) -> Read {
        let thread = ThreadKey::UNTHREADED;
        Read { room: RoomNum(1), user: UserNum(user), thread, event: EventNum(event), ts: 0 }
    }

    #[test]
    fn the_newest_word_counts() {
        let mut passing = Passing::default();
        for event in 1..=3 {
            passing.reads(read(7, event));
        }
        passing.types(RoomNum(1), UserNum(7), true);
        passing.types(RoomNum(1), UserNum(7), false);
        let taken = passing.take(10);
        assert!(passing.is_empty());
        assert_eq!(taken.receipts.values().copied().collect::<Vec<_>>(), [(EventNum(3), 0)]);
        assert_eq!(taken.typing.len(), 1);
        passing.reads(read(7, 4));
        passing.give_back(taken);
        assert_eq!(passing.receipts.values().copied().collect::<Vec<_>>(), [(EventNum(4), 0)]);
        assert!(passing.typing.is_empty());
    }

    #[test]
    fn a_server_that_is_gone_takes_no_more_memory_than_that() {
        let mut passing = Passing::default();
        for user in 0..20_000 {
            passing.reads(read(user, 1));
            passing.is_here(UserNum(user));
        }
        assert_eq!((passing.receipts.len(), passing.presence.len()), (MOST, MOST));
        assert_eq!(passing.take(10).receipts.len(), 10);
    }
}
