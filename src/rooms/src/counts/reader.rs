//! What is remembered of a user's reading of a room.

use super::{CountMode, MarkKind, MarkRow, ReadState, Stamp, Tally, ThreadKey, redacted::Redacted};
use crate::{RoomError, RoomNum, Rooms, UserNum, cache::Weigh};
use storage::tables;

/// How far a user has read a room, and what counts for them alone.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) state: ReadState,
    pub(crate) mode: CountMode,
    pub(crate) extras: Vec<Extra>,
    pub(super) redacted: Redacted,
    /// What was redacted when it was read from the database.
    pub(super) stamp: Stamp,
}

/// An event that counts for one user otherwise than for everyone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Extra {
    pub(crate) order: i64,
    pub(crate) thread: ThreadKey,
    pub(crate) notify: bool,
    pub(crate) highlight: bool,
}

impl Extra {
    pub(super) fn tally(&self) -> Tally {
        Tally { notifications: self.notify.into(), highlights: self.highlight.into() }
    }
}

impl Weigh for Reader {
    fn weight(&self) -> u64 {
        (size_of::<Self>()
            + self.state.weight()
            + self.redacted.weight()
            + self.extras.capacity() * size_of::<Extra>()) as u64
    }
}

impl Rooms {
    pub(super) fn load_reader(
        &self,
        room: RoomNum,
        user: UserNum,
        stamp: Stamp,
    ) -> Result<Reader, RoomError> {
        let store = &self.inner.store;
        let mut marks = Vec::new();
        for row in store.scan_prefix(tables::RECEIPTS, &(room.0, user.0)) {
            let ((_, _, thread, kind), row) = row?;
            if MarkKind::from_number(kind).is_some_and(MarkKind::reads) {
                marks.push(MarkRow::from_row(row).mark(ThreadKey::from_number(thread)));
            }
        }
        let state = ReadState::new(&marks, |thread, order| self.thread_tally(room, thread, order))?;
        let redacted = self.redacted_after(room, state.base_order(), |thread| state.read_up_to(thread))?;
        let mode = store.get(tables::COUNT_MODES, &(user.0, room.0))?;
        let mut extras = Vec::new();
        for row in store.scan_prefix(tables::HIGHLIGHTS, &(user.0, room.0)) {
            let ((_, _, order), (thread, notify, highlight, _)) = row?;
            let thread = ThreadKey::from_number(thread);
            if state.read_up_to(thread).is_none_or(|read| order > read) && !redacted.holds(order) {
                extras.push(Extra { order, thread, notify, highlight });
            }
        }
        let mode = mode.map_or(CountMode::AsEveryone, CountMode::from_number);
        Ok(Reader { state, mode, extras, redacted: redacted.without_orders(), stamp })
    }
}
