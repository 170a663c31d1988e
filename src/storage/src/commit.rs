use crate::{
    Position, Topic,
    key::{Key, KeyPart},
    ops::Ops,
    table::Table,
    value::{Record, Value},
};
use bytes::Bytes;
use serde::Serialize;
use smallvec::SmallVec;
use std::{fmt, ops::RangeBounds};

/// When a commit is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// After an fsync: events, keys, to-device messages, account changes.
    Sync,
    /// After the write; fsync'd with the next group, within a second at most: receipts, read markers, caches of remote data.
    Lazy,
}

/// A payload for observers and replicas that never reaches the disk, such as who types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Chosen by the owner crate: typing 1, presence 2, others from 16.
    pub kind: u16,
    /// Read by whoever knows the kind.
    pub bytes: Bytes,
}

pub(crate) type Deferred = Box<dyn FnOnce(Position, &mut Ops) + Send>;

/// A change in the making: all of it happens, or none. Given to [`Store::submit`](crate::Store::submit) or
/// [`Store::commit`](crate::Store::commit).
pub struct Commit {
    pub(crate) durability: Durability,
    pub(crate) positions: u32,
    pub(crate) topics: SmallVec<[Topic; 6]>,
    pub(crate) ops: Ops,
    pub(crate) deferred: SmallVec<[Deferred; 1]>,
    pub(crate) notes: Vec<Note>,
}

impl Commit {
    /// Nothing so far, and one position.
    pub fn new(durability: Durability) -> Self {
        Self {
            durability,
            positions: 1,
            topics: SmallVec::new(),
            ops: Ops::default(),
            deferred: SmallVec::new(),
            notes: Vec::new(),
        }
    }

    /// How many positions it takes: one for each change that a client can see, none for what nobody observes (interning). A commit
    /// with topics takes at least one.
    pub fn positions(mut self, count: u32) -> Self {
        self.positions = count;
        self
    }

    /// Wakes whoever watches the topic, and moves its [`topic_position`](crate::Store::topic_position) to the commit's last position.
    pub fn topic(&mut self, topic: Topic) {
        if !self.topics.contains(&topic) {
            self.topics.push(topic);
        }
    }

    /// Writes a row, over any older one.
    pub fn put<K: Key, V: Value>(&mut self, table: Table<K, V>, key: &K, value: &V) {
        self.ops.put(table, key, value);
    }

    /// Writes a row of a table of records.
    pub fn put_record<K: Key, T: Serialize + ?Sized>(&mut self, table: Table<K, Record>, key: &K, value: &T) {
        self.ops.put_record(table, key, value);
    }

    /// Removes a row; nothing happens when there is none.
    pub fn delete<K: Key, V>(&mut self, table: Table<K, V>, key: &K) {
        self.ops.delete(table, key);
    }

    /// Removes all rows whose keys begin with `prefix`, see [`Ops::delete_prefix`].
    pub fn delete_prefix<K: Key, V>(&mut self, table: Table<K, V>, prefix: &impl KeyPart) {
        self.ops.delete_prefix(table, prefix);
    }

    /// Removes all rows in a range of keys.
    pub fn delete_range<K: Key, V>(&mut self, table: Table<K, V>, range: impl RangeBounds<K>) {
        self.ops.delete_range(table, range);
    }

    /// For operations that need the position. Runs during `submit`, under the queue's lock, with the commit's first position, after the operations added
    /// directly; it must be quick and must not use the store.
    pub fn with_position(&mut self, fill: impl FnOnce(Position, &mut Ops) + Send + 'static) -> &mut Self {
        self.deferred.push(Box::new(fill));
        self
    }

    /// Adds a payload that observers and replicas see, and that is never on disk.
    pub fn note(&mut self, kind: u16, bytes: Bytes) {
        self.notes.push(Note { kind, bytes });
    }
}

impl fmt::Debug for Commit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Commit")
            .field("durability", &self.durability)
            .field("positions", &self.positions)
            .field("topics", &self.topics)
            .field("notes", &self.notes.len())
            .finish_non_exhaustive()
    }
}
