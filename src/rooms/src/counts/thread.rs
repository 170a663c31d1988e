//! Names of the conversations within a room.

use crate::ids::EventNum;

/// A conversation within a room: all of it, its main timeline, or one thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ThreadKey(u64);

impl ThreadKey {
    /// Main timeline and all threads: what receipts without `thread_id` speak of.
    pub const UNTHREADED: Self = Self(0);
    /// What is in no thread: `thread_id` `main`.
    pub const MAIN: Self = Self(1);

    /// The thread that hangs on `root`.
    pub const fn of_root(root: EventNum) -> Self {
        Self(root.0 + 2)
    }

    /// The event that the thread hangs on; `None` for the two that are no thread.
    pub fn root(self) -> Option<EventNum> {
        self.0.checked_sub(2).map(EventNum)
    }

    /// As stored in keys.
    pub(crate) const fn number(self) -> u64 {
        self.0
    }

    /// From a stored key.
    pub const fn from_number(number: u64) -> Self {
        Self(number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_are_none_of_the_two_others() {
        let thread = ThreadKey::of_root(EventNum(0));
        assert_eq!(thread.root(), Some(EventNum(0)));
        assert!(thread != ThreadKey::MAIN && thread != ThreadKey::UNTHREADED);
        assert_eq!(ThreadKey::MAIN.root(), None);
        assert_eq!(ThreadKey::from_number(thread.number()), thread);
    }
}
