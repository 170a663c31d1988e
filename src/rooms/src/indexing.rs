//! What an event adds to the views, in the commit that appends it.
//!
//! The engine calls [`Rooms::index_event`] under the room's lock for every event that goes into a timeline, and
//! [`Rooms::index_redaction`] for every redaction that takes effect. Both only read the event, its relatives and rows that
//! are written under the same lock, so what they write follows from the order of events alone.

use crate::{
    EventNum, Membership, MembershipInfo, RoomError, RoomNum, Rooms, StoredEvent, UserNum,
    counts::{Loudness, MarkKind, MarkRow, RoomTally, Tally, ThreadKey, loudness},
    relations::RelType,
};
use events::{Pdu, relation::Relation};
use ruma::{UserId, events::TimelineEventType};
use storage::{Commit, Position, tables};

/// Where an event goes in its timeline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// At the end: its order is the commit's first position plus this.
    Live(u32),
    /// Further back than all that was known.
    Backfilled(i64),
}

impl Place {
    /// The order, given the first position of the commit.
    pub(crate) fn order(self, first: Position) -> i64 {
        match self {
            Self::Live(offset) => i64::try_from(first.0).unwrap_or(i64::MAX).saturating_add(offset.into()),
            Self::Backfilled(order) => order,
        }
    }
}

/// An event that is about to be in a timeline.
pub(crate) struct Appended<'a> {
    pub(crate) room: RoomNum,
    pub(crate) num: EventNum,
    /// Of a redacted one what is left.
    pub(crate) pdu: &'a Pdu,
    /// A redaction of it came first.
    pub(crate) is_redacted: bool,
    pub(crate) sender: UserNum,
    pub(crate) place: Place,
    /// Whether the sender has the power to notify the whole room; asked when the event means to.
    pub(crate) may_notify_room: &'a dyn Fn() -> bool,
}

impl Appended<'_> {
    fn kind(&self) -> String {
        self.pdu.kind().to_string()
    }
}

impl Rooms {
    /// Adds what follows from an event to `commit`. `before` are the tallies of the room before it; the new ones are
    /// given back, to be kept with the event and to be `before` of the next.
    pub(crate) fn index_event(
        &self,
        commit: &mut Commit,
        before: RoomTally,
        event: &Appended<'_>,
    ) -> Result<RoomTally, RoomError> {
        let relation = Relation::of(event.pdu.content_json());
        let thread = match &relation {
            Some(relation) => self.thread_of_relation(relation)?,
            None => ThreadKey::MAIN,
        };
        if let Some((rel_type, target)) = relation.as_ref().and_then(Relation::target) {
            self.index_relation(commit, event, RelType::of(rel_type), target)?;
        }
        if matches!(event.place, Place::Backfilled(_)) {
            self.index_waiting_relations(commit, event)?;
            return Ok(RoomTally::default());
        }
        let own = self.latest_thread_tally(event.room, thread)?;
        let (after, own) = self.count(commit, before, own, thread, event);
        self.mark_own(commit, (after, own), thread, event)?;
        if let Some(user) = self.stops_typing(event)? {
            self.clear_typing(commit, event.room, user);
        }
        Ok(after)
    }

    /// Who types no more: the sender of a message, and whoever is no more in the room.
    fn stops_typing(&self, event: &Appended<'_>) -> Result<Option<UserNum>, RoomError> {
        match event.pdu.state_key() {
            None => Ok(Some(event.sender)),
            Some(user) if event.pdu.kind() == &TimelineEventType::RoomMember && !joins(event.pdu) => {
                let Ok(user) = <&UserId>::try_from(user) else { return Ok(None) };
                self.ids().find_user(user)
            }
            Some(_) => Ok(None),
        }
    }

    /// Takes a redacted event out of the views, in the commit of the redaction `by`.
    pub(crate) fn index_redaction(
        &self,
        commit: &mut Commit,
        redacted: &StoredEvent,
        by: EventNum,
    ) -> Result<(), RoomError> {
        if self.inner.store.latest(tables::REDACTIONS, &redacted.num.0)?.is_some() {
            return Ok(());
        }
        commit.put(tables::REDACTIONS, &redacted.num.0, &by.0);
        self.uncount(commit, redacted)?;
        match Relation::of(redacted.pdu.content_json()).as_ref().and_then(Relation::target) {
            Some((rel_type, target)) => {
                self.unindex_relation(commit, redacted, RelType::of(rel_type), target)
            }
            None => Ok(()),
        }
    }

    /// The redaction that an event fell to, if any.
    pub fn redacted_by(&self, event: EventNum) -> Result<Option<EventNum>, RoomError> {
        Ok(self.inner.store.get(tables::REDACTIONS, &event.0)?.map(EventNum))
    }

    fn latest_thread_tally(&self, room: RoomNum, thread: ThreadKey) -> Result<Tally, RoomError> {
        if thread == ThreadKey::MAIN {
            return Ok(Tally::default());
        }
        let row = self.inner.store.latest(tables::COUNTS, &(room.0, thread.number(), i64::MAX))?;
        Ok(row.map(Tally::from_row).unwrap_or_default())
    }

    /// Counts the event for everyone; the tallies of the room and of its thread with it.
    #[expect(clippy::unused_self, reason = "reads better as a method beside its twins")]
    fn count(
        &self,
        commit: &mut Commit,
        before: RoomTally,
        own: Tally,
        thread: ThreadKey,
        event: &Appended<'_>,
    ) -> (RoomTally, Tally) {
        let content = event.pdu.content_json();
        let loud = loudness(&event.kind(), event.pdu.state_key(), content, event.may_notify_room);
        if event.is_redacted || loud == Loudness::Silent {
            return (before, own);
        }
        let one = Tally { notifications: 1, highlights: u64::from(loud == Loudness::Highlight) };
        let mut after = RoomTally { all: before.all + one, main: before.main };
        let room = event.room.0;
        if thread == ThreadKey::MAIN {
            after.main = before.main + one;
            commit.put(tables::COUNTS, &(room, 0, i64::MAX), &after.row());
            return (after, own);
        }
        let own = own + one;
        let (place, number) = (event.place, thread.number());
        commit.put(tables::COUNTS, &(room, 0, i64::MAX), &after.row());
        commit.put(tables::COUNTS, &(room, number, i64::MAX), &own.row());
        commit.with_position(move |first, ops| {
            ops.put(tables::COUNTS, &(room, number, place.order(first)), &own.row());
        });
        (after, own)
    }

    /// What people of this server send, and where they join, they have read.
    fn mark_own(
        &self,
        commit: &mut Commit,
        (after, own): (RoomTally, Tally),
        thread: ThreadKey,
        event: &Appended<'_>,
    ) -> Result<(), RoomError> {
        if !self.is_local(event.pdu.sender()) {
            return Ok(());
        }
        let (thread, kind) = match event.pdu.state_key() {
            None => (thread, MarkKind::Sent),
            Some(_) if self.comes_in(event)? => (ThreadKey::UNTHREADED, MarkKind::Joined),
            Some(_) => return Ok(()),
        };
        let (room, user, num, place) = (event.room.0, event.sender.0, event.num, event.place);
        let ts = self.inner.clock.now_ms();
        commit.with_position(move |first, ops| {
            let row =
                MarkRow { event: num, order: place.order(first), ts, position: first, room: after, own };
            ops.put(tables::RECEIPTS, &(room, user, thread.number(), kind as u8), &row.row());
        });
        Ok(())
    }

    /// Whether the event brings its sender into the room; a new profile does not.
    fn comes_in(&self, event: &Appended<'_>) -> Result<bool, RoomError> {
        if event.pdu.state_key() != Some(event.pdu.sender().as_str()) || !joins(event.pdu) {
            return Ok(false);
        }
        let row = self.inner.store.latest(tables::ROOM_MEMBERS, &(event.room.0, event.sender.0))?;
        Ok(row.and_then(MembershipInfo::from_row).is_none_or(|info| info.state != Membership::Join))
    }
}

fn joins(pdu: &Pdu) -> bool {
    pdu.kind() == &TimelineEventType::RoomMember
        && Membership::of_content(pdu.content_json()) == Some(Membership::Join)
}
