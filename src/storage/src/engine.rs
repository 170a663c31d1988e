//! The commit thread and what it shares with the store's handles.
//!
//! Promises, for every group: all of it is on disk before anything of it is visible; observers see groups in order, each before its positions are
//! visible; then the positions are visible, then watchers wake, then tickets are answered. After a failed write nothing more is written or becomes
//! visible, all that waits and all that follows is refused, and reads go on.

use crate::{
    Position, Topic, checkpoint,
    commit::Durability,
    db::Db,
    error::{ApplyError, CheckpointError, WriteError},
    group::Group,
    metrics::Counters,
    overlay::Overlay,
    queue::{Entry, Queue, Taken},
    stream::{GroupStream, Readers},
    topics::Topics,
    writer::{Origin, Writer},
};
use bytes::Bytes;
use parking_lot::{Mutex, RwLock};
use std::{path::Path, sync::Arc};

/// Whether the store takes writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Status {
    /// All is well.
    ReadWrite,
    /// A write failed. Reads go on; a person has to look at the disk and restart.
    ReadOnly {
        /// What the write failed with.
        why: Arc<str>,
    },
}

type Observer = Box<dyn Fn(&Group) + Send + Sync>;

pub(crate) struct Engine {
    pub(crate) db: Db,
    pub(crate) queue: Queue,
    pub(crate) overlay: Overlay,
    pub(crate) topics: Arc<Topics>,
    pub(crate) counters: Counters,
    writer: Mutex<Writer>,
    observers: RwLock<Vec<Observer>>,
    readers: Readers,
    status: RwLock<Status>,
}

impl Engine {
    pub(crate) fn new(db: Db, writer: Writer, max_queue_bytes: usize, max_topics: usize) -> Self {
        let start = writer.previous;
        Self {
            db,
            queue: Queue::new(start, max_queue_bytes),
            overlay: Overlay::default(),
            topics: Arc::new(Topics::new(start, max_topics)),
            counters: Counters::default(),
            writer: Mutex::new(writer),
            observers: RwLock::default(),
            readers: Readers::default(),
            status: RwLock::new(Status::ReadWrite),
        }
    }

    pub(crate) fn status(&self) -> Status {
        self.status.read().clone()
    }

    pub(crate) fn epoch(&self) -> u64 {
        self.writer.lock().epoch
    }

    pub(crate) fn observe(&self, observer: Observer) {
        self.observers.write().push(observer);
    }

    pub(crate) fn groups(&self) -> GroupStream {
        let writer = self.writer.lock();
        self.readers.add(writer.previous)
    }

    pub(crate) fn checkpoint(&self, to: &Path) -> Result<Position, CheckpointError> {
        self.writer.lock().tell(&self.db, &self.counters).map_err(CheckpointError::Failed)?;
        checkpoint::make(&self.db, to)
    }

    /// The body of the commit thread; returns when the queue is closed and everything in it is answered.
    pub(crate) fn run(&self) {
        // Also when an observer panics: nobody may wait for a thread that is gone.
        let _stop = OnDrop(|| {
            if std::thread::panicking() {
                self.fail("the commit thread panicked");
            }
            self.readers.end();
        });
        loop {
            let due = self.writer.lock().due();
            if due.is_some_and(|due| due.is_zero()) {
                self.turn();
                continue;
            }
            match self.queue.take(due) {
                Taken::Group { first, count, entries } => self.commit(first, count, entries),
                Taken::Idle => {}
                Taken::Closed => return self.close(),
            }
        }
    }

    fn turn(&self) {
        let outcome = self.writer.lock().turn(&self.db, &self.counters);
        if let Err(why) = outcome {
            self.fail(&why);
        }
    }

    fn close(&self) {
        if self.status() == Status::ReadWrite {
            let outcome = self.writer.lock().close(&self.db, &self.counters);
            if let Err(why) = outcome {
                self.fail(&why);
            }
        }
    }

    fn commit(&self, first: Position, count: u32, mut entries: Vec<Entry>) {
        let outcome = self.write_entries(first, count, &mut entries);
        for entry in entries {
            entry.answer(outcome.clone());
        }
    }

    fn write_entries(&self, first: Position, count: u32, entries: &mut [Entry]) -> Result<(), WriteError> {
        let flush = entries.iter().any(|entry| entry.part.is_none());
        let sync = entries
            .iter()
            .filter(|entry| entry.durability == Durability::Sync)
            .any(|entry| entry.part.as_ref().is_some_and(|part| !part.operations.is_empty()));
        let pending: Vec<_> = entries
            .iter()
            .filter_map(|entry| Some((entry.sequence, entry.part.as_ref()?.operations.clone())))
            .collect();
        let parts: Vec<_> = entries.iter_mut().filter_map(|entry| entry.part.take()).collect();

        let mut writer = self.writer.lock();
        if let Status::ReadOnly { why } = self.status() {
            return Err(WriteError::ReadOnly(why));
        }
        if !parts.is_empty() {
            let group = Group { epoch: writer.epoch, previous: writer.base, first, count, parts };
            self.write_group(&mut writer, &group, Origin::Own { sync })?;
            for (sequence, operations) in &pending {
                self.overlay.remove(*sequence, operations);
            }
        }
        if flush {
            writer.sync(&self.db, &self.counters).map_err(|why| self.fail(&why))?;
        }
        Ok(())
    }

    /// Writes a group and makes it visible.
    fn write_group(&self, writer: &mut Writer, group: &Group, origin: Origin) -> Result<(), WriteError> {
        writer.write(&self.db, group, origin, &self.counters).map_err(|why| self.fail(&why))?;
        self.readers.send(group);
        for observer in self.observers.read().iter() {
            observer(group);
        }
        let changes: Vec<(Topic, Position)> = group
            .parts
            .iter()
            .flat_map(|part| part.topics.iter().map(|topic| (*topic, part.last())))
            .collect();
        self.topics.publish(group.last(), &changes);
        Ok(())
    }

    /// Turns the store read-only, answers all that waits, and returns the error for whoever found it.
    fn fail(&self, why: &str) -> WriteError {
        let why: Arc<str> = why.into();
        tracing::error!(%why, "a write failed; the store is read-only until the next start");
        *self.status.write() = Status::ReadOnly { why: Arc::clone(&why) };
        let error = WriteError::ReadOnly(why);
        self.queue.refuse(&error);
        // Nothing of it will ever be on disk.
        self.overlay.clear();
        error
    }

    /// Writes a group that another store has made.
    pub(crate) fn apply(&self, encoded: &[u8]) -> Result<Position, ApplyError> {
        let group = Group::decode(&Bytes::copy_from_slice(encoded))?;
        if !self.queue.become_follower() {
            return Err(ApplyError::Writer);
        }
        let mut writer = self.writer.lock();
        if let Status::ReadOnly { why } = self.status() {
            return Err(WriteError::ReadOnly(why).into());
        }
        if group.last() <= writer.previous {
            return Ok(writer.previous);
        }
        self.check(&writer, &group)?;
        self.write_group(&mut writer, &group, Origin::Elsewhere)?;
        drop(writer);
        // The commit thread has to see that something waits for an fsync.
        self.queue.nudge();
        Ok(group.last())
    }

    fn check(&self, writer: &Writer, group: &Group) -> Result<(), ApplyError> {
        if group.epoch < writer.epoch {
            return Err(ApplyError::StaleEpoch { found: group.epoch, current: writer.epoch });
        }
        if group.previous > writer.previous || group.first <= writer.previous {
            return Err(ApplyError::Gap { expected: writer.previous.next(), found: group.first });
        }
        let mut operations = group.parts.iter().flat_map(|part| part.operations.iter());
        match operations.find(|operation| !self.db.knows(operation.table())) {
            Some(unknown) => Err(ApplyError::UnknownTable(unknown.table())),
            None => Ok(()),
        }
    }
}

struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}
