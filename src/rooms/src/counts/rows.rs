//! How marks and tallies are stored.

use super::{Mark, RoomTally, Tally, ThreadKey};
use crate::{EventNum, cache::Weigh};
use storage::Position;

type Four = (u64, u64, u64, u64);

impl RoomTally {
    /// From a row of `COUNTS` that counts a whole room.
    pub(crate) fn from_row((notifications, highlights, in_main, highlights_in_main): Four) -> Self {
        Self {
            all: Tally { notifications, highlights },
            main: Tally { notifications: in_main, highlights: highlights_in_main },
        }
    }

    /// As a row of `COUNTS`.
    pub(crate) fn row(&self) -> Four {
        (self.all.notifications, self.all.highlights, self.main.notifications, self.main.highlights)
    }
}

impl Tally {
    /// From a row of `COUNTS` that counts a thread.
    pub(crate) fn from_row((notifications, highlights, _, _): Four) -> Self {
        Self { notifications, highlights }
    }

    /// As a row of `COUNTS`.
    pub(crate) fn row(self) -> Four {
        (self.notifications, self.highlights, 0, 0)
    }
}

/// What a mark in `RECEIPTS` comes from. The numbers are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MarkKind {
    /// `m.read`
    Read = 1,
    /// `m.read.private`
    ReadPrivate = 2,
    /// `m.fully_read`; counts nothing.
    FullyRead = 3,
    /// The user sent the event.
    Sent = 4,
    /// The user joined with the event.
    Joined = 5,
}

impl MarkKind {
    pub(crate) fn from_number(number: u8) -> Option<Self> {
        [Self::Read, Self::ReadPrivate, Self::FullyRead, Self::Sent, Self::Joined]
            .into_iter()
            .find(|kind| *kind as u8 == number)
    }

    /// Whether the user has read up to there.
    pub(crate) fn reads(self) -> bool {
        self != Self::FullyRead
    }
}

/// A row of `RECEIPTS`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct MarkRow {
    /// The event read up to.
    pub(crate) event: EventNum,
    /// Where it stands in the timeline.
    pub(crate) order: i64,
    /// When it was marked, in milliseconds since the Unix epoch.
    pub(crate) ts: u64,
    /// The change that marked it.
    pub(crate) position: Position,
    /// The tallies of the room at the event.
    pub(crate) room: RoomTally,
    /// That of the thread, for threads.
    pub(crate) own: Tally,
}

type Row = ((u64, i64, u64, u64), Four, (u64, u64));

impl MarkRow {
    pub(crate) fn from_row(((event, order, ts, position), room, (notifications, highlights)): Row) -> Self {
        Self {
            event: EventNum(event),
            order,
            ts,
            position: Position(position),
            room: RoomTally::from_row(room),
            own: Tally { notifications, highlights },
        }
    }

    pub(crate) fn row(&self) -> Row {
        (
            (self.event.0, self.order, self.ts, self.position.0),
            self.room.row(),
            (self.own.notifications, self.own.highlights),
        )
    }

    pub(crate) fn mark(&self, thread: ThreadKey) -> Mark {
        Mark { thread, order: self.order, room: self.room, own: self.own }
    }
}

impl Weigh for RoomTally {
    fn weight(&self) -> u64 {
        size_of::<Self>() as u64
    }
}
