//! Sending receipts.

use super::ReceiptKind;
use crate::{
    Code, RoomError, RoomRef, Rooms, StoredEvent, UserNum,
    counts::{MarkKind, MarkRow, ThreadKey},
    topics,
};
use events::relation::Relation;
use ruma::{EventId, UserId};
use std::sync::Arc;
use storage::{Commit, Durability, Position, Ticket, tables};

/// A receipt to be sent.
#[derive(Clone, Copy, Debug)]
pub struct NewReceipt<'a> {
    /// What it says.
    pub kind: ReceiptKind,
    /// The event read up to.
    pub event: &'a EventId,
    /// `thread_id` as sent: `main`, a thread root, or nothing for the whole room.
    pub thread: Option<&'a str>,
    /// When they read it, milliseconds since the epoch, as other servers tell of their people; nothing for now.
    pub ts: Option<u64>,
}

impl Rooms {
    /// Sends a receipt (client-server API, `POST /rooms/{roomId}/receipt/{receiptType}/{eventId}`). One that would move
    /// back changes nothing.
    ///
    /// # Errors
    /// For who is not in the room, events that are not in it, and threads that the event is not in.
    pub async fn send_receipt(
        &self,
        room: &RoomRef,
        user: &UserId,
        receipt: NewReceipt<'_>,
    ) -> Result<(), RoomError> {
        let Some(user) = self.ids().find_user(user)? else { return Err(not_joined()) };
        if !self.is_joined(room.num, user)? {
            return Err(not_joined());
        }
        let event = self.event_by_id(receipt.event)?;
        let event = event.filter(|event| event.meta.room == room.num && event.meta.in_timeline());
        let event = event.ok_or(RoomError::NotFound("the room has no such event"))?;
        let thread = self.receipt_thread(receipt, &event)?;
        let Some(ticket) = self.mark_read(user, receipt, thread, &event)? else { return Ok(()) };
        ticket.await?;
        Ok(())
    }

    /// The thread that a receipt speaks of.
    fn receipt_thread(&self, receipt: NewReceipt<'_>, event: &StoredEvent) -> Result<ThreadKey, RoomError> {
        let bad = |why: &str| RoomError::BadRequest(Code::InvalidParam, why.to_owned());
        let Some(thread) = receipt.thread else { return Ok(ThreadKey::UNTHREADED) };
        if receipt.kind == ReceiptKind::FullyRead {
            return Err(bad("thread_id makes no sense with m.fully_read"));
        }
        if thread == "main" {
            return match self.thread_of(event)? {
                ThreadKey::MAIN => Ok(ThreadKey::MAIN),
                _ => Err(bad("the event is in a thread, not in the main timeline")),
            };
        }
        let root = <&EventId>::try_from(thread).map_err(|_| bad("thread_id must be main or an event id"))?;
        let root = self.event_by_id(root)?.ok_or_else(|| bad("thread_id names no event that is known"))?;
        let key = ThreadKey::of_root(root.num);
        if root.num == event.num || self.thread_of(event)? == key || self.leads_to(event, &root)? {
            return Ok(key);
        }
        Err(bad("the event is not in the thread"))
    }

    /// Whether the relations of an event lead to `root` in some steps, whatever their types: clients count such events to
    /// the thread that they see them in.
    fn leads_to(&self, event: &StoredEvent, root: &StoredEvent) -> Result<bool, RoomError> {
        const MAX_HOPS: usize = 3;
        let mut relation = Relation::of(event.pdu.content_json());
        for _ in 0..MAX_HOPS {
            let Some((_, target)) = relation.as_ref().and_then(Relation::target) else { return Ok(false) };
            if target == root.event_id() {
                return Ok(true);
            }
            let Some(parent) = self.event_by_id(target)? else { return Ok(false) };
            relation = Relation::of(parent.pdu.content_json());
        }
        Ok(false)
    }

    /// Queues a mark unless an older one is further.
    fn mark_read(
        &self,
        user: UserNum,
        receipt: NewReceipt<'_>,
        thread: ThreadKey,
        event: &Arc<StoredEvent>,
    ) -> Result<Option<Ticket>, RoomError> {
        let (room, kind) = (event.meta.room, receipt.kind.mark());
        let key = (room.0, user.0, thread.number(), kind as u8);
        let _guard = self.inner.views.receipts.lock(user);
        let known = self.inner.store.latest(tables::RECEIPTS, &key)?.map(MarkRow::from_row);
        if known.is_some_and(|known| known.order >= event.meta.order) {
            return Ok(None);
        }
        let own = match thread.root() {
            Some(_) => self.thread_tally(room, thread, event.meta.order)?,
            None => crate::counts::Tally::default(),
        };
        let mark = MarkRow {
            event: event.num,
            order: event.meta.order,
            ts: receipt.ts.unwrap_or_else(|| self.inner.clock.now_ms()),
            position: Position::ZERO,
            room: event.meta.tally,
            own,
        };
        let mut commit = Commit::new(Durability::Lazy);
        self.replace_mark(&mut commit, key, kind, known.map(|known| known.position), mark);
        if kind.reads() {
            self.clear_highlights(&mut commit, (room, user), thread, event.meta.order)?;
        }
        if kind == MarkKind::Read {
            commit.topic(topics::room(room));
        }
        commit.topic(topics::user(user));
        Ok(Some(self.inner.store.submit(commit)?))
    }

    #[expect(clippy::unused_self, reason = "reads better as a method beside its twins")]
    fn replace_mark(
        &self,
        commit: &mut Commit,
        key: (u64, u64, u64, u8),
        kind: MarkKind,
        known: Option<Position>,
        mark: MarkRow,
    ) {
        let (room, user, thread, number) = key;
        commit.with_position(move |position, ops| {
            let mark = MarkRow { position, ..mark };
            ops.put(tables::RECEIPTS, &key, &mark.row());
            if kind == MarkKind::Read {
                if let Some(known) = known {
                    ops.delete(tables::RECEIPTS_BY_POSITION, &(room, known.0));
                }
                ops.put(
                    tables::RECEIPTS_BY_POSITION,
                    &(room, position.0),
                    &(user, thread, mark.event.0, mark.ts),
                );
            }
            if let Some(known) = known {
                ops.delete(tables::USER_READS, &(user, known.0, room));
            }
            ops.put(tables::USER_READS, &(user, position.0, room), &(thread, number));
        });
    }
}

fn not_joined() -> RoomError {
    RoomError::Forbidden("you are not in this room".to_owned())
}
