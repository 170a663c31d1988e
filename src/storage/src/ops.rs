//! Operations on tables, kept from the start in the form in which they are replicated: a commit's puts and deletes are one byte string.

use crate::{
    key::{self, Key, KeyPart, prefix_end},
    table::Table,
    value::{Record, Value, encode_record},
    wire::{Reader, put_bytes, put_number},
};
use bytes::Bytes;
use serde::Serialize;
use std::ops::{Bound, RangeBounds};

const PUT: u8 = 1;
const DELETE: u8 = 2;
const DELETE_RANGE: u8 = 3;

/// One change of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// The row is there afterwards.
    Put {
        /// Number in the catalogue.
        table: u16,
        /// Encoded key.
        key: Bytes,
        /// Encoded value.
        value: Bytes,
    },
    /// The row is gone afterwards.
    Delete {
        /// Number in the catalogue.
        table: u16,
        /// Encoded key.
        key: Bytes,
    },
    /// All rows with `from <= key < to` are gone afterwards.
    DeleteRange {
        /// Number in the catalogue.
        table: u16,
        /// The first encoded key.
        from: Bytes,
        /// Above the last; `None` is the end of the table.
        to: Option<Bytes>,
    },
}

impl Operation {
    /// The number of the table that it changes.
    pub fn table(&self) -> u16 {
        match *self {
            Self::Put { table, .. } | Self::Delete { table, .. } | Self::DeleteRange { table, .. } => table,
        }
    }
}

/// Operations being collected, in the order in which they take effect.
#[derive(Debug, Default)]
pub struct Ops {
    bytes: Vec<u8>,
    count: usize,
    scratch: Vec<u8>,
}

impl Ops {
    fn start(&mut self, kind: u8, table: u16, key: &[u8]) {
        self.count += 1;
        self.bytes.push(kind);
        put_number(&mut self.bytes, table.into());
        put_bytes(&mut self.bytes, key);
    }

    fn finish_put(&mut self, table: u16, key: &impl KeyPart) {
        self.start(PUT, table, &key::encode(key));
        put_bytes(&mut self.bytes, &self.scratch);
        self.scratch.clear();
    }

    /// Writes a row, over any older one.
    pub fn put<K: Key, V: Value>(&mut self, table: Table<K, V>, key: &K, value: &V) {
        value.encode(&mut self.scratch);
        self.finish_put(table.number(), key);
    }

    /// Writes a row of a table of records.
    pub fn put_record<K: Key, T: Serialize + ?Sized>(&mut self, table: Table<K, Record>, key: &K, value: &T) {
        encode_record(value, &mut self.scratch);
        self.finish_put(table.number(), key);
    }

    /// Removes a row; nothing happens when there is none.
    pub fn delete<K: Key, V>(&mut self, table: Table<K, V>, key: &K) {
        self.start(DELETE, table.number(), &key::encode(key));
    }

    /// Removes all rows whose keys begin with `prefix`. One tombstone, for purges; for a few rows single deletes are cheaper to read over.
    pub fn delete_prefix<K: Key, V>(&mut self, table: Table<K, V>, prefix: &impl KeyPart) {
        let from = key::encode(prefix);
        self.delete_encoded(table.number(), &from, prefix_end(&from).as_deref());
    }

    /// Removes all rows in a range of keys.
    pub fn delete_range<K: Key, V>(&mut self, table: Table<K, V>, range: impl RangeBounds<K>) {
        let (from, to) = encode_range(range);
        self.delete_encoded(table.number(), from.as_deref().unwrap_or_default(), to.as_deref());
    }

    fn delete_encoded(&mut self, table: u16, from: &[u8], to: Option<&[u8]>) {
        self.start(DELETE_RANGE, table, from);
        // An empty end can bound nothing, so it stands for the end of the table.
        put_bytes(&mut self.bytes, to.unwrap_or_default());
    }

    pub(crate) fn freeze(self) -> Operations {
        Operations { bytes: self.bytes.into(), count: self.count }
    }
}

/// The encoded bounds of a range of keys: the first, and the first above.
pub(crate) fn encode_range<K: Key>(range: impl RangeBounds<K>) -> (Option<key::KeyBuf>, Option<key::KeyBuf>) {
    // Keys delimit themselves, so nothing but the key itself lies below the key with a zero behind it.
    let above = |key: &K| {
        let mut bytes = key::encode(key);
        bytes.push(0);
        bytes
    };
    let from = match range.start_bound() {
        Bound::Included(key) => Some(key::encode(key)),
        Bound::Excluded(key) => Some(above(key)),
        Bound::Unbounded => None,
    };
    let to = match range.end_bound() {
        Bound::Included(key) => Some(above(key)),
        Bound::Excluded(key) => Some(key::encode(key)),
        Bound::Unbounded => None,
    };
    (from, to)
}

/// Operations in their encoded form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Operations {
    bytes: Bytes,
    count: usize,
}

impl Operations {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// In the order in which they take effect. Keys and values share the memory of the whole.
    pub fn iter(&self) -> impl Iterator<Item = Operation> + use<> {
        let mut reader = Reader::new(self.bytes.clone());
        std::iter::from_fn(move || read_operation(&mut reader))
    }

    pub(crate) fn encoded(&self) -> &Bytes {
        &self.bytes
    }

    /// Checks every byte; `None` when they are not `count` operations.
    pub(crate) fn from_encoded(bytes: Bytes, count: usize) -> Option<Self> {
        let mut reader = Reader::new(bytes.clone());
        for _ in 0..count {
            read_operation(&mut reader)?;
        }
        reader.is_empty().then_some(Self { bytes, count })
    }
}

fn read_operation(reader: &mut Reader) -> Option<Operation> {
    let kind = reader.byte()?;
    let table = reader.small()?;
    let key = reader.bytes()?;
    Some(match kind {
        PUT => Operation::Put { table, key, value: reader.bytes()? },
        DELETE => Operation::Delete { table, key },
        DELETE_RANGE => {
            let to = reader.bytes()?;
            Operation::DeleteRange { table, from: key, to: (!to.is_empty()).then_some(to) }
        }
        _ => return None,
    })
}
