//! What a follower of the log has still to do, taken from the groups as they pass, for work that is done off the commit thread.
//!
//! Memory is bounded: when too much waits it is forgotten, and the follower is told to read everything after its cursor from the
//! database.

use crate::{Group, Operation, Part, Position, Store};
use parking_lot::Mutex;
use std::sync::Arc;
use tokio::sync::Notify;

/// The most that waits in memory.
const MOST: usize = 100_000;

/// What waited.
#[derive(Debug, PartialEq, Eq)]
pub enum Waiting<T> {
    /// These, in the order of the log, up to this position.
    Tasks(Vec<T>, Position),
    /// Too much had come: everything after the cursor has to be read from the database.
    Overrun,
}

/// Collects what the log brings. For one follower.
pub struct Backlog<T> {
    collect: Collect<T>,
    inner: Mutex<Inner<T>>,
    more: Notify,
}

/// Adds what a commit gives to do.
type Collect<T> = Box<dyn Fn(&Part, &mut Vec<T>) + Send + Sync>;

struct Inner<T> {
    tasks: Vec<T>,
    upto: Position,
    overrun: bool,
    /// The position of the oldest of what waits.
    waits: Option<Position>,
    /// The same of what was taken and is worked on.
    taken: Option<Position>,
}

impl<T: Send + 'static> Backlog<T> {
    /// Collects from now on what `task` makes of the operations.
    pub fn of(store: &Store, task: fn(&Operation) -> Option<T>) -> Arc<Self> {
        Self::of_parts(store, move |part, tasks| {
            tasks.extend(part.operations.iter().filter_map(|operation| task(&operation)));
        })
    }

    /// Collects from now on what `collect` makes of whole commits.
    pub fn of_parts(
        store: &Store,
        collect: impl Fn(&Part, &mut Vec<T>) + Send + Sync + 'static,
    ) -> Arc<Self> {
        let inner =
            Inner { tasks: Vec::new(), upto: Position::default(), overrun: false, waits: None, taken: None };
        let backlog =
            Arc::new(Self { collect: Box::new(collect), inner: Mutex::new(inner), more: Notify::new() });
        store.feed(&backlog, Self::observe);
        backlog
    }

    /// Takes in a group of commits: on disk, not yet visible.
    fn observe(&self, group: &Group) {
        let mut inner = self.inner.lock();
        for part in &group.parts {
            let before = inner.tasks.len();
            (self.collect)(part, &mut inner.tasks);
            inner.upto = inner.upto.max(part.last());
            if inner.tasks.len() > before {
                inner.waits.get_or_insert(part.last());
            }
        }
        if inner.tasks.len() > MOST {
            inner.tasks = Vec::new();
            inner.overrun = true;
        }
        if inner.overrun || !inner.tasks.is_empty() {
            self.more.notify_one();
        }
    }

    /// Waits until so many tasks wait, or too many came. Whoever asks for more is done with what it took.
    pub async fn at_least(&self, count: usize) {
        self.inner.lock().taken = None;
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

    /// All that waits.
    pub fn take(&self) -> Waiting<T> {
        let mut inner = self.inner.lock();
        inner.taken = inner.waits.take();
        if std::mem::take(&mut inner.overrun) {
            return Waiting::Overrun;
        }
        Waiting::Tasks(std::mem::take(&mut inner.tasks), inner.upto)
    }

    /// Forgets all that waits: it will be read from the database, up to the position given back.
    pub fn skip(&self) -> Position {
        let mut inner = self.inner.lock();
        inner.tasks.clear();
        inner.overrun = false;
        inner.taken = inner.waits.take().or(inner.taken);
        inner.upto
    }

    /// How many positions of the log the follower has still to do; 0 when it is done with all that concerns it.
    pub fn lag(&self) -> u64 {
        let inner = self.inner.lock();
        let oldest = inner.taken.or(inner.waits);
        oldest.map_or(0, |oldest| (inner.upto.0 + 1).saturating_sub(oldest.0))
    }
}
