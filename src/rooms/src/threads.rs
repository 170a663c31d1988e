//! Threads: what each holds, and the list of them (client-server API, "Threading").

use crate::{
    EventNum, RoomError, RoomNum, RoomRef, Rooms, StoredEvent, UserNum, indexing::Place, relations::RelType,
    visibility::Viewer,
};
use ruma::UserId;
use std::{collections::HashSet, hash::BuildHasher};
use storage::{Commit, tables};

/// An event of a thread.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Child {
    pub(crate) num: EventNum,
    pub(crate) sender: UserNum,
    pub(crate) place: Place,
}

/// What a thread holds, as far as this server knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadSummary {
    /// How many events are in it, its root aside.
    pub count: u64,
    /// The newest of them.
    pub latest: EventNum,
    /// Where that stands in the timeline.
    pub order: i64,
}

/// Which threads to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThreadFilter {
    /// All.
    All,
    /// Those that the viewer began or wrote in.
    Participated,
}

/// A page of threads.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ThreadPage {
    /// The roots, those of the threads that grew last first.
    pub roots: Vec<EventNum>,
    /// Where the next page begins, if there is one.
    pub next: Option<i64>,
}

type Row = (u64, u64, i64);

impl ThreadSummary {
    fn from_row((count, latest, order): Row) -> Self {
        Self { count, latest: EventNum(latest), order }
    }

    fn row(&self) -> Row {
        (self.count, self.latest.0, self.order)
    }

    /// The thread with one more event.
    fn with(known: Option<Self>, event: EventNum, order: i64) -> Self {
        match known {
            Some(known) if known.order > order => Self { count: known.count + 1, ..known },
            known => Self { count: known.map_or(0, |known| known.count) + 1, latest: event, order },
        }
    }
}

impl Rooms {
    /// A thread's summary; `None` if the event is no thread root.
    pub fn thread_summary(&self, room: RoomNum, root: EventNum) -> Result<Option<ThreadSummary>, RoomError> {
        let row = self.inner.store.get(tables::THREADS, &(room.0, root.0))?;
        Ok(row.map(ThreadSummary::from_row))
    }

    /// The threads of a room that the viewer may see, from `from` (of an earlier page) on.
    pub fn threads(
        &self,
        room: &RoomRef,
        viewer: UserNum,
        filter: ThreadFilter,
        from: Option<i64>,
        limit: usize,
    ) -> Result<ThreadPage, RoomError> {
        let mut sight = self.sight(room, Viewer::user(viewer));
        let mut page = ThreadPage::default();
        let mut last = None;
        let below = (room.num.0, i64::MIN)..(room.num.0, from.unwrap_or(i64::MAX));
        for row in self.inner.store.scan_back(tables::THREAD_ACTIVITY, below) {
            let ((_, order), root) = row?;
            let Some(root) = self.event(EventNum(root))? else { continue };
            let wanted = filter == ThreadFilter::All || self.participates(&root, viewer)?;
            if !wanted || !sight.of(&root)?.visible {
                continue;
            }
            if page.roots.len() == limit {
                page.next = last;
                break;
            }
            page.roots.push(root.num);
            last = Some(order);
        }
        Ok(page)
    }

    /// Whether the user began the thread or wrote in it.
    pub(crate) fn participates(&self, root: &StoredEvent, user: UserNum) -> Result<bool, RoomError> {
        Ok(root.meta.sender == user || self.sent_in_thread(root.num, user)? > 0)
    }

    fn sent_in_thread(&self, root: EventNum, user: UserNum) -> Result<u64, RoomError> {
        Ok(self.inner.store.get(tables::THREAD_MEMBERS, &(root.0, user.0))?.unwrap_or(0))
    }

    /// A thread's summary for someone who ignores people: their events don't count.
    pub(crate) fn thread_summary_without<S: BuildHasher>(
        &self,
        root: EventNum,
        summary: ThreadSummary,
        ignored: &HashSet<ruma::OwnedUserId, S>,
    ) -> Result<Option<ThreadSummary>, RoomError> {
        let mut hidden = 0;
        for user in ignored {
            if let Some(user) = self.ids().find_user(user)? {
                hidden += self.sent_in_thread(root, user)?;
            }
        }
        if hidden == 0 {
            return Ok(Some(summary));
        }
        let is_ignored = |sender: &UserId| ignored.contains(sender);
        let rows = self.inner.store.scan_prefix_back(tables::RELATIONS, &(root.0, RelType::Thread.number()));
        for row in rows {
            let ((_, _, order), event) = row?;
            if let Some(event) = self.event(EventNum(event))?
                && !is_ignored(event.pdu.sender())
            {
                let count = summary.count.saturating_sub(hidden);
                return Ok(Some(ThreadSummary { count, latest: event.num, order }));
            }
        }
        Ok(None)
    }

    /// Adds events to a thread, in the commit that brings them or their root.
    pub(crate) fn grow_thread(
        &self,
        commit: &mut Commit,
        room: RoomNum,
        root: EventNum,
        children: &[Child],
    ) -> Result<(), RoomError> {
        if children.is_empty() {
            return Ok(());
        }
        let known = self.inner.store.latest(tables::THREADS, &(room.0, root.0))?.map(ThreadSummary::from_row);
        for sender in children.iter().map(|child| child.sender).collect::<HashSet<_>>() {
            let key = (root.0, sender.0);
            let new = children.iter().filter(|child| child.sender == sender).count() as u64;
            let sent = self.inner.store.latest(tables::THREAD_MEMBERS, &key)?.unwrap_or(0);
            commit.put(tables::THREAD_MEMBERS, &key, &(sent + new));
        }
        let children = children.to_vec();
        commit.with_position(move |first, ops| {
            let grown = children.iter().fold(known, |summary, child| {
                Some(ThreadSummary::with(summary, child.num, child.place.order(first)))
            });
            if let Some(known) = known {
                ops.delete(tables::THREAD_ACTIVITY, &(room.0, known.order));
            }
            if let Some(grown) = grown {
                ops.put(tables::THREAD_ACTIVITY, &(room.0, grown.order), &root.0);
                ops.put(tables::THREADS, &(room.0, root.0), &grown.row());
            }
        });
        Ok(())
    }

    /// Takes a redacted event out of its thread.
    pub(crate) fn shrink_thread(
        &self,
        commit: &mut Commit,
        redacted: &StoredEvent,
        root: EventNum,
    ) -> Result<(), RoomError> {
        let store = &self.inner.store;
        let key = (redacted.meta.room.0, root.0);
        let Some(known) = store.latest(tables::THREADS, &key)?.map(ThreadSummary::from_row) else {
            return Ok(());
        };
        let member = (root.0, redacted.meta.sender.0);
        match store.latest(tables::THREAD_MEMBERS, &member)?.unwrap_or(0) {
            0 | 1 => commit.delete(tables::THREAD_MEMBERS, &member),
            sent => commit.put(tables::THREAD_MEMBERS, &member, &(sent - 1)),
        }
        let rest = store.latest_prefix(tables::RELATIONS, &(root.0, RelType::Thread.number()))?;
        let mut newest = rest.into_iter().map(|((_, _, order), event)| (order, event));
        let newest = newest.rfind(|(_, event)| *event != redacted.num.0);
        commit.delete(tables::THREAD_ACTIVITY, &(key.0, known.order));
        match newest {
            Some((order, event)) => {
                let left =
                    ThreadSummary { count: known.count.saturating_sub(1), latest: EventNum(event), order };
                commit.put(tables::THREAD_ACTIVITY, &(key.0, order), &root.0);
                commit.put(tables::THREADS, &key, &left.row());
            }
            None => commit.delete(tables::THREADS, &key),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thread_grows_at_either_end() {
        let first = ThreadSummary::with(None, EventNum(5), 50);
        let later = ThreadSummary::with(Some(first), EventNum(6), 60);
        let older = ThreadSummary::with(Some(later), EventNum(7), -3);
        assert_eq!(later, ThreadSummary { count: 2, latest: EventNum(6), order: 60 });
        assert_eq!(older, ThreadSummary { count: 3, latest: EventNum(6), order: 60 });
        assert_eq!(ThreadSummary::from_row(older.row()), older);
    }
}
