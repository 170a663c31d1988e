//! What is still to be judged, as it comes out of the log.

use parking_lot::Mutex;
use rooms::{EventNum, RoomNum, UserNum};
use std::collections::VecDeque;
use storage::{Group, Key, Operation, Position, tables};
use tokio::sync::Notify;

/// The most that waits in memory; beyond, the database is read again from the cursor.
const MOST: usize = 100_000;
/// The account data type of push rules.
const PUSH_RULES: &str = "m.push_rules";

/// Something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// An event came into a timeline.
    Event(EventNum),
    /// Somebody's membership of a room changed, or what they are called there.
    Member(RoomNum, UserNum),
    /// A person changed their push rules.
    Rules(UserNum),
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// These, up to this position.
    Tasks(Vec<Task>, Position),
    /// Too much had come: everything after the cursor has to be read from the database.
    Overrun,
}

/// Collects what the log brings.
#[derive(Default)]
pub(crate) struct Backlog {
    inner: Mutex<Inner>,
    more: Notify,
}

#[derive(Default)]
struct Inner {
    tasks: VecDeque<Task>,
    upto: Position,
    overrun: bool,
}

impl Backlog {
    /// Takes in a group of commits: on disk, not yet visible.
    pub(crate) fn observe(&self, group: &Group) {
        let mut inner = self.inner.lock();
        for part in &group.parts {
            for operation in part.operations.iter() {
                if let Some(task) = task(&operation) {
                    inner.tasks.push_back(task);
                }
            }
            inner.upto = inner.upto.max(part.last());
        }
        if inner.tasks.len() > MOST {
            inner.tasks.clear();
            inner.overrun = true;
        }
        if inner.overrun || !inner.tasks.is_empty() {
            self.more.notify_one();
        }
    }

    /// Waits until there is something to do.
    pub(crate) async fn next(&self) -> Next {
        loop {
            {
                let mut inner = self.inner.lock();
                if std::mem::take(&mut inner.overrun) {
                    return Next::Overrun;
                }
                if !inner.tasks.is_empty() {
                    return Next::Tasks(inner.tasks.drain(..).collect(), inner.upto);
                }
            }
            self.more.notified().await;
        }
    }
}

fn task(operation: &Operation) -> Option<Task> {
    if let Operation::Put { table, key, .. } | Operation::Delete { table, key } = operation
        && *table == tables::ROOM_MEMBERS.number()
    {
        let (room, user) = <(u64, u64)>::decode(key)?;
        return Some(Task::Member(RoomNum(room), UserNum(user)));
    }
    let Operation::Put { table, key, value } = operation else { return None };
    if *table == tables::TIMELINE.number() {
        let (_, order) = <(u64, i64)>::decode(key)?;
        let event = <u64 as storage::Value>::decode(value).ok()?;
        // What was fetched from further back notifies nobody.
        return (order > 0).then_some(Task::Event(EventNum(event)));
    }
    if *table == tables::ACCOUNT_DATA.number() {
        let (user, room, kind) = <(u64, u64, String)>::decode(key)?;
        return (room == 0 && kind == PUSH_RULES).then_some(Task::Rules(UserNum(user)));
    }
    None
}
