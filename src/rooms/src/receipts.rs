//! How far people have read (client-server API, "Receipts" and "Read and unread markers").
//!
//! Promises: a receipt never moves back within its kind and thread. Public receipts are the room's, private ones and
//! fully-read markers their owner's alone: nobody else is woken by them or can read them. Receipts are kept lazily: after
//! a crash the last second of them may be gone, never half of one.

mod content;
mod locks;
mod mark;

use crate::{
    EventNum, RoomError, RoomNum, Rooms, UserNum,
    counts::{MarkKind, MarkRow, ThreadKey},
};
use content::Shown;
pub(crate) use locks::ReceiptLocks;
pub use mark::NewReceipt;
use ruma::OwnedEventId;
use storage::{Position, tables};

/// What a receipt says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptKind {
    /// `m.read`: seen, and everybody may know.
    Read,
    /// `m.read.private`: seen, and nobody else may know.
    ReadPrivate,
    /// `m.fully_read`: everything up to there is dealt with.
    FullyRead,
}

impl ReceiptKind {
    fn mark(self) -> MarkKind {
        match self {
            Self::Read => MarkKind::Read,
            Self::ReadPrivate => MarkKind::ReadPrivate,
            Self::FullyRead => MarkKind::FullyRead,
        }
    }
}

/// A receipt as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The event read up to.
    pub event: EventNum,
    /// When it was sent, in milliseconds since the Unix epoch.
    pub ts: u64,
    /// The change that brought it.
    pub position: Position,
}

/// Receipts as clients see them.
#[derive(Clone, Debug, Default)]
pub struct Receipts(Vec<Shown>);

impl Receipts {
    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The content of one `m.receipt` event for these and those; `None` if there are none.
    pub fn content_with(&self, others: &Self) -> Option<Vec<u8>> {
        content::content(self.0.iter().chain(&others.0))
    }
}

/// What changed for one user alone in a room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PersonalChange {
    /// When.
    pub position: Position,
    /// Where.
    pub room: RoomNum,
    /// What: a private receipt, a fully-read marker, or with `None` the unread counts.
    pub kind: Option<ReceiptKind>,
}

impl Rooms {
    /// A user's receipt.
    pub fn receipt_of(
        &self,
        room: RoomNum,
        user: UserNum,
        kind: ReceiptKind,
        thread: ThreadKey,
    ) -> Result<Option<Receipt>, RoomError> {
        let key = (room.0, user.0, thread.number(), kind.mark() as u8);
        let row = self.inner.store.get(tables::RECEIPTS, &key)?.map(MarkRow::from_row);
        Ok(row.map(|row| Receipt { event: row.event, ts: row.ts, position: row.position }))
    }

    /// The event of a user's fully-read marker, which is their room account data `m.fully_read`, and since when.
    pub fn fully_read(
        &self,
        room: RoomNum,
        user: UserNum,
    ) -> Result<Option<(OwnedEventId, Position)>, RoomError> {
        let Some(receipt) = self.receipt_of(room, user, ReceiptKind::FullyRead, ThreadKey::UNTHREADED)?
        else {
            return Ok(None);
        };
        let event = self.event(receipt.event)?;
        Ok(event.map(|event| (event.event_id().to_owned(), receipt.position)))
    }

    /// The public receipts that changed in a room after `after`: the same for everybody. From [`Position::ZERO`] on it is
    /// all there are.
    pub fn public_receipts(&self, room: RoomNum, after: Position) -> Result<Receipts, RoomError> {
        let mut shown = Vec::new();
        let range = (room.0, after.0.saturating_add(1))..=(room.0, u64::MAX);
        for row in self.inner.store.scan(tables::RECEIPTS_BY_POSITION, range) {
            let (_, (user, thread, event, ts)) = row?;
            let thread = ThreadKey::from_number(thread);
            shown.extend(self.shown_receipt(UserNum(user), thread, EventNum(event), ts, false)?);
        }
        Ok(Receipts(shown))
    }

    /// The private receipts of `owner` that changed in a room after `after`: for nobody else.
    pub fn private_receipts(
        &self,
        room: RoomNum,
        after: Position,
        owner: UserNum,
    ) -> Result<Receipts, RoomError> {
        let mut shown = Vec::new();
        for row in self.inner.store.scan_prefix(tables::RECEIPTS, &(room.0, owner.0)) {
            let ((_, _, thread, kind), row) = row?;
            let row = MarkRow::from_row(row);
            if MarkKind::from_number(kind) == Some(MarkKind::ReadPrivate) && row.position > after {
                let thread = ThreadKey::from_number(thread);
                shown.extend(self.shown_receipt(owner, thread, row.event, row.ts, true)?);
            }
        }
        Ok(Receipts(shown))
    }

    fn shown_receipt(
        &self,
        user: UserNum,
        thread: ThreadKey,
        event: EventNum,
        ts: u64,
        private: bool,
    ) -> Result<Option<Shown>, RoomError> {
        // Purged events take their receipts out of sight.
        let Some(event) = self.event(event)? else { return Ok(None) };
        let thread = match thread {
            ThreadKey::UNTHREADED => None,
            ThreadKey::MAIN => Some("main".to_owned()),
            other => match other.root().map(|root| self.event(root)).transpose()?.flatten() {
                Some(root) => Some(root.event_id().to_string()),
                None => return Ok(None),
            },
        };
        let user = self.ids().user_id(user)?.to_string();
        Ok(Some(Shown { event: event.event_id().to_string(), user, private, thread, ts }))
    }

    /// What changed for a user alone with `after < position <= upto`, oldest first.
    pub fn personal_changes(
        &self,
        user: UserNum,
        after: Position,
        upto: Position,
    ) -> Result<Vec<PersonalChange>, RoomError> {
        let range = (user.0, after.0.saturating_add(1), 0)..=(user.0, upto.0, u64::MAX);
        let rows = self.inner.store.scan(tables::USER_READS, range);
        rows.map(|row| {
            let ((_, position, room), (_, kind)) = row?;
            let kind = match MarkKind::from_number(kind) {
                Some(MarkKind::ReadPrivate) => Some(ReceiptKind::ReadPrivate),
                Some(MarkKind::FullyRead) => Some(ReceiptKind::FullyRead),
                _ => None,
            };
            Ok(PersonalChange { position: Position(position), room: RoomNum(room), kind })
        })
        .collect()
    }
}
