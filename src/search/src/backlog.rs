//! What is still to be indexed, as it comes out of the log.

use parking_lot::Mutex;
use rooms::EventNum;
use std::time::Duration;
use storage::{Group, Key, Operation, Position, tables};
use tokio::sync::Notify;

/// The most that waits in memory; beyond, the database is read again from the cursor.
const MOST: usize = 100_000;
/// With so much waiting, indexing begins.
const PLENTY: usize = 2_000;
/// So long after the first that waits, indexing begins: most of its cost is for beginning and ending.
const PAUSE: Duration = Duration::from_secs(10);

/// Something to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Task {
    /// The event came into a timeline.
    New(EventNum),
    /// The event was redacted.
    Redacted(EventNum),
    /// The event was purged.
    Gone(EventNum),
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
    tasks: Vec<Task>,
    upto: Position,
    overrun: bool,
}

impl Backlog {
    /// Takes in a group of commits: on disk, not yet visible.
    pub(crate) fn observe(&self, group: &Group) {
        let mut inner = self.inner.lock();
        for part in &group.parts {
            inner.tasks.extend(part.operations.iter().filter_map(|operation| task(&operation)));
            inner.upto = inner.upto.max(part.last());
        }
        if inner.tasks.len() > MOST {
            inner.tasks = Vec::new();
            inner.overrun = true;
        }
        if inner.overrun || !inner.tasks.is_empty() {
            self.more.notify_one();
        }
    }

    /// Forgets all that waits: it will be read from the database, up to the position given back.
    pub(crate) fn skip(&self) -> Position {
        let mut inner = self.inner.lock();
        inner.tasks.clear();
        inner.overrun = false;
        inner.upto
    }

    /// All that waits.
    pub(crate) fn take(&self) -> Next {
        let mut inner = self.inner.lock();
        if inner.overrun { Next::Overrun } else { Next::Tasks(std::mem::take(&mut inner.tasks), inner.upto) }
    }

    /// Waits until enough waits, or something long enough.
    pub(crate) async fn due(&self) {
        self.at_least(1).await;
        drop(tokio::time::timeout(PAUSE, self.at_least(PLENTY)).await);
    }

    async fn at_least(&self, count: usize) {
        loop {
            {
                let inner = self.inner.lock();
                if inner.overrun || inner.tasks.len() >= count {
                    return;
                }
            }
            self.more.notified().await;
        }
    }
}

fn task(operation: &Operation) -> Option<Task> {
    const TIMELINE: u16 = tables::TIMELINE.number();
    const REDACTIONS: u16 = tables::REDACTIONS.number();
    const EVENT_META: u16 = tables::EVENT_META.number();
    match operation {
        Operation::Put { table: TIMELINE, value, .. } => {
            Some(Task::New(EventNum(storage::Value::decode(value).ok()?)))
        }
        Operation::Put { table: REDACTIONS, key, .. } => Some(Task::Redacted(EventNum(u64::decode(key)?))),
        Operation::Delete { table: EVENT_META, key } => Some(Task::Gone(EventNum(u64::decode(key)?))),
        _ => None,
    }
}
