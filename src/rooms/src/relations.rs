//! Which events relate to which (client-server API, "Forming relationships between events").
//!
//! Promises: a relation is in the index from the commit of its event until that of its redaction, on every node. An event
//! that relates to one which is not here yet is remembered, and indexed when that one arrives. Only relations within one
//! room are indexed.

mod annotations;
mod check;
mod edits;
mod page;

pub use page::{RelationPage, RelationQuery};

use crate::{
    EventNum, RoomError, Rooms, StoredEvent,
    counts::ThreadKey,
    indexing::{Appended, Place},
    threads::Child,
};
use events::relation::Relation;
use ruma::EventId;
use storage::{Commit, tables};

/// How far relations are followed to find the thread of an event (client-server API, "Threaded read receipts").
const MAX_HOPS: usize = 3;

/// The kinds of relation, as numbers in keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RelType {
    /// `m.replace`
    Replace = 1,
    /// `m.annotation`
    Annotation = 2,
    /// `m.thread`
    Thread = 3,
    /// `m.reference`
    Reference = 4,
    /// Any other; who reads them looks at the event.
    Other = 15,
}

impl RelType {
    pub(crate) fn of(text: &str) -> Self {
        match text {
            "m.replace" => Self::Replace,
            "m.annotation" => Self::Annotation,
            "m.thread" => Self::Thread,
            "m.reference" => Self::Reference,
            _ => Self::Other,
        }
    }

    pub(crate) fn number(self) -> u64 {
        self as u64
    }
}

impl Rooms {
    /// Puts the relation of an event that is being appended into the index.
    pub(crate) fn index_relation(
        &self,
        commit: &mut Commit,
        event: &Appended<'_>,
        rel_type: RelType,
        target: &EventId,
    ) -> Result<(), RoomError> {
        let Some(parent) = self.event_by_id(target)? else {
            commit.put(tables::PENDING_RELATIONS, &(target.as_str().to_owned(), event.num.0), &());
            return Ok(());
        };
        self.index_under(commit, event, rel_type, &parent)
    }

    fn index_under(
        &self,
        commit: &mut Commit,
        event: &Appended<'_>,
        rel_type: RelType,
        parent: &StoredEvent,
    ) -> Result<(), RoomError> {
        if parent.meta.room != event.room {
            return Ok(());
        }
        let (parent_num, num, place) = (parent.num.0, event.num.0, event.place);
        commit.with_position(move |first, ops| {
            ops.put(tables::RELATIONS, &(parent_num, rel_type.number(), place.order(first)), &num);
        });
        match rel_type {
            RelType::Annotation => self.index_annotation(commit, event, parent),
            RelType::Thread => {
                let child = Child { num: event.num, sender: event.sender, place: event.place };
                self.grow_thread(commit, event.room, parent.num, &[child])?;
            }
            RelType::Replace | RelType::Reference | RelType::Other => {}
        }
        Ok(())
    }

    /// An older event arrived: indexes those that relate to it and came first. (Redacted ones wait no more.)
    pub(crate) fn index_waiting_relations(
        &self,
        commit: &mut Commit,
        parent: &Appended<'_>,
    ) -> Result<(), RoomError> {
        let id = parent.pdu.event_id().as_str().to_owned();
        let waiting = self.inner.store.latest_prefix(tables::PENDING_RELATIONS, &(id,))?;
        let mut in_thread = Vec::new();
        for (key, ()) in waiting {
            let child = self.event(EventNum(key.1))?;
            commit.delete(tables::PENDING_RELATIONS, &key);
            let Some(child) = child.filter(|child| child.meta.room == parent.room) else { continue };
            let relation = Relation::of(child.pdu.content_json());
            let Some((rel_type, _)) = relation.as_ref().and_then(Relation::target) else { continue };
            let rel_type = RelType::of(rel_type);
            let row = (parent.num.0, rel_type.number(), child.meta.order);
            commit.put(tables::RELATIONS, &row, &child.num.0);
            if rel_type == RelType::Thread {
                let place = Place::Backfilled(child.meta.order);
                in_thread.push(Child { num: child.num, sender: child.meta.sender, place });
            }
        }
        self.grow_thread(commit, parent.room, parent.num, &in_thread)
    }

    /// Takes the relation of a redacted event out of the index.
    pub(crate) fn unindex_relation(
        &self,
        commit: &mut Commit,
        redacted: &StoredEvent,
        rel_type: RelType,
        target: &EventId,
    ) -> Result<(), RoomError> {
        let Some(parent) = self.event_by_id(target)? else {
            commit.delete(tables::PENDING_RELATIONS, &(target.as_str().to_owned(), redacted.num.0));
            return Ok(());
        };
        commit.delete(tables::RELATIONS, &(parent.num.0, rel_type.number(), redacted.meta.order));
        match rel_type {
            RelType::Annotation => self.unindex_annotation(commit, redacted, parent.num)?,
            RelType::Thread => self.shrink_thread(commit, redacted, parent.num)?,
            RelType::Replace | RelType::Reference | RelType::Other => {}
        }
        Ok(())
    }

    /// The conversation that an event belongs to.
    pub fn thread_of(&self, event: &StoredEvent) -> Result<ThreadKey, RoomError> {
        match Relation::of(event.pdu.content_json()) {
            Some(relation) => self.thread_of_relation(&relation),
            None => Ok(ThreadKey::MAIN),
        }
    }

    /// The conversation of an event with this relation: that of a thread if it, or what it relates to, names one.
    pub(crate) fn thread_of_relation(&self, relation: &Relation) -> Result<ThreadKey, RoomError> {
        let mut next = relation.clone();
        for _ in 0..MAX_HOPS {
            let Some((rel_type, target)) = next.target() else { break };
            let Some(parent) = self.event_by_id(target)? else { break };
            if RelType::of(rel_type) == RelType::Thread {
                return Ok(ThreadKey::of_root(parent.num));
            }
            match Relation::of(parent.pdu.content_json()) {
                Some(relation) => next = relation,
                None => break,
            }
        }
        Ok(ThreadKey::MAIN)
    }

    /// The events of one kind that relate to `target`, from older to newer.
    pub(crate) fn children(&self, target: EventNum, rel_type: RelType) -> Result<Vec<EventNum>, RoomError> {
        let rows = self.inner.store.scan_prefix(tables::RELATIONS, &(target.0, rel_type.number()));
        rows.map(|row| Ok(EventNum(row?.1))).collect()
    }
}
