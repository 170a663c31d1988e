//! Reading. Committed reads see what is on disk, which is everything visible and sometimes a little more; `latest` reads are for the write path and also
//! see what is queued.

use crate::{
    Store,
    error::ReadError,
    key::{self, Key, KeyBuf, KeyPart, prefix_end},
    ops::encode_range,
    overlay::Pending,
    scan::{Order, Scan, Trace},
    table::Table,
    value::{CorruptValue, Record, Value, decode_record},
};
use serde::de::DeserializeOwned;
use std::{collections::BTreeMap, ops::RangeBounds};

type Decode<T> = fn(&[u8]) -> Result<T, CorruptValue>;

fn prefix_range(prefix: &impl KeyPart) -> (Option<KeyBuf>, Option<KeyBuf>) {
    let from = key::encode(prefix);
    let to = prefix_end(&from);
    (Some(from), to)
}

impl Store {
    /// The row of a key.
    pub fn get<K: Key, V: Value>(&self, table: Table<K, V>, key: &K) -> Result<Option<V>, ReadError> {
        self.engine().db.get(table.number(), &key::encode(key), V::decode)
    }

    /// The record of a key.
    pub fn get_record<T: DeserializeOwned, K: Key>(
        &self,
        table: Table<K, Record>,
        key: &K,
    ) -> Result<Option<T>, ReadError> {
        self.engine().db.get(table.number(), &key::encode(key), decode_record)
    }

    /// The rows of several keys, in the order of the keys; cheaper than one by one.
    pub fn multi_get<K: Key, V: Value>(
        &self,
        table: Table<K, V>,
        keys: &[K],
    ) -> Result<Vec<Option<V>>, ReadError> {
        self.engine().db.multi_get(table.number(), keys.iter().map(key::encode), V::decode)
    }

    /// The records of several keys, in the order of the keys.
    pub fn multi_get_record<T: DeserializeOwned, K: Key>(
        &self,
        table: Table<K, Record>,
        keys: &[K],
    ) -> Result<Vec<Option<T>>, ReadError> {
        self.engine().db.multi_get(table.number(), keys.iter().map(key::encode), decode_record)
    }

    /// Whether there is a row.
    pub fn contains<K: Key, V>(&self, table: Table<K, V>, key: &K) -> Result<bool, ReadError> {
        let row = self.engine().db.get(table.number(), &key::encode(key), |_| Ok(()))?;
        Ok(row.is_some())
    }

    /// The rows in a range of keys, from low to high.
    pub fn scan<K: Key, V: Value>(&self, table: Table<K, V>, range: impl RangeBounds<K>) -> Scan<'_, K, V> {
        self.scan_encoded(table.number(), encode_range(range), Order::Forward, V::decode)
    }

    /// The rows in a range of keys, from high to low.
    pub fn scan_back<K: Key, V: Value>(
        &self,
        table: Table<K, V>,
        range: impl RangeBounds<K>,
    ) -> Scan<'_, K, V> {
        self.scan_encoded(table.number(), encode_range(range), Order::Back, V::decode)
    }

    /// The rows whose keys begin with `prefix`: the first parts of the key's tuple (a one-tuple for one part, or the part itself). From low to high.
    pub fn scan_prefix<K: Key, V: Value>(&self, table: Table<K, V>, prefix: &impl KeyPart) -> Scan<'_, K, V> {
        self.scan_encoded(table.number(), prefix_range(prefix), Order::Forward, V::decode)
    }

    /// The rows whose keys begin with `prefix`, from high to low.
    pub fn scan_prefix_back<K: Key, V: Value>(
        &self,
        table: Table<K, V>,
        prefix: &impl KeyPart,
    ) -> Scan<'_, K, V> {
        self.scan_encoded(table.number(), prefix_range(prefix), Order::Back, V::decode)
    }

    /// As [`Store::scan`], for passes over much that nobody is going to read again soon: they don't push anything out of the block cache.
    pub fn sweep<K: Key, V: Value>(&self, table: Table<K, V>, range: impl RangeBounds<K>) -> Scan<'_, K, V> {
        let range = encode_range(range);
        Scan::new(&self.engine().db, table.number(), range, Order::Forward, Trace::Nothing, V::decode)
    }

    /// As [`Store::scan`], of records.
    pub fn scan_records<T: DeserializeOwned, K: Key>(
        &self,
        table: Table<K, Record>,
        range: impl RangeBounds<K>,
    ) -> Scan<'_, K, T> {
        self.scan_encoded(table.number(), encode_range(range), Order::Forward, decode_record)
    }

    /// As [`Store::scan_back`], of records.
    pub fn scan_records_back<T: DeserializeOwned, K: Key>(
        &self,
        table: Table<K, Record>,
        range: impl RangeBounds<K>,
    ) -> Scan<'_, K, T> {
        self.scan_encoded(table.number(), encode_range(range), Order::Back, decode_record)
    }

    /// As [`Store::scan_prefix`], of records.
    pub fn scan_prefix_records<T: DeserializeOwned, K: Key>(
        &self,
        table: Table<K, Record>,
        prefix: &impl KeyPart,
    ) -> Scan<'_, K, T> {
        self.scan_encoded(table.number(), prefix_range(prefix), Order::Forward, decode_record)
    }

    /// As [`Store::scan_prefix_back`], of records.
    pub fn scan_prefix_records_back<T: DeserializeOwned, K: Key>(
        &self,
        table: Table<K, Record>,
        prefix: &impl KeyPart,
    ) -> Scan<'_, K, T> {
        self.scan_encoded(table.number(), prefix_range(prefix), Order::Back, decode_record)
    }

    /// The row of a key as it will be once everything queued is written. For the write path, which must hold whatever lock keeps others from
    /// writing the same rows; never for what is shown to clients.
    pub fn latest<K: Key, V: Value>(&self, table: Table<K, V>, key: &K) -> Result<Option<V>, ReadError> {
        self.latest_encoded(table.number(), &key::encode(key), V::decode)
    }

    /// As [`Store::latest`], for several keys in their order; cheaper than one by one.
    pub fn latest_many<K: Key, V: Value>(
        &self,
        table: Table<K, V>,
        keys: &[K],
    ) -> Result<Vec<Option<V>>, ReadError> {
        let engine = self.engine();
        let keys: Vec<KeyBuf> = keys.iter().map(key::encode).collect();
        // The queue first, then the disk: what moves from one to the other in between is seen in either.
        let queued: Vec<Option<Pending>> =
            keys.iter().map(|key| engine.overlay.get(table.number(), key)).collect();
        let unknown =
            keys.into_iter().zip(&queued).filter(|(_, queued)| queued.is_none()).map(|(key, _)| key);
        let mut stored = engine.db.multi_get(table.number(), unknown, V::decode)?.into_iter();
        let row = |queued: Option<Pending>| match queued {
            Some(Pending::Put(value)) => {
                V::decode(&value).map(Some).map_err(|error| engine.db.corrupt(table.number(), &error))
            }
            Some(Pending::Deleted) => Ok(None),
            None => Ok(stored.next().flatten()),
        };
        queued.into_iter().map(row).collect()
    }

    /// As [`Store::latest`], of a record.
    pub fn latest_record<T: DeserializeOwned, K: Key>(
        &self,
        table: Table<K, Record>,
        key: &K,
    ) -> Result<Option<T>, ReadError> {
        self.latest_encoded(table.number(), &key::encode(key), decode_record)
    }

    /// All rows whose keys begin with `prefix` as they will be once everything queued is written, in the order of their keys. See [`Store::latest`].
    pub fn latest_prefix<K: Key, V: Value>(
        &self,
        table: Table<K, V>,
        prefix: &impl KeyPart,
    ) -> Result<Vec<(K, V)>, ReadError> {
        self.latest_range(table.number(), prefix_range(prefix), V::decode)
    }

    /// As [`Store::latest_prefix`], of records.
    pub fn latest_prefix_records<T: DeserializeOwned, K: Key>(
        &self,
        table: Table<K, Record>,
        prefix: &impl KeyPart,
    ) -> Result<Vec<(K, T)>, ReadError> {
        self.latest_range(table.number(), prefix_range(prefix), decode_record)
    }

    /// The highest row of a range as it will be once everything queued is written. See [`Store::latest`].
    pub fn latest_back<K: Key, V: Value>(
        &self,
        table: Table<K, V>,
        range: impl RangeBounds<K>,
    ) -> Result<Option<(K, V)>, ReadError> {
        let engine = self.engine();
        let corrupt = |error: &CorruptValue| engine.db.corrupt(table.number(), error);
        let (from, to) = encode_range(range);
        let start = from.as_deref().unwrap_or_default();
        let mut pending = engine.overlay.range(table.number(), start, to.as_deref());
        for row in
            Scan::<K, V>::new(&engine.db, table.number(), (from, to), Order::Back, Trace::Blocks, V::decode)
        {
            let (key, value) = row?;
            let encoded = key::encode(&key);
            if pending.rows.contains_key(&encoded) || pending.erases(&encoded) {
                continue;
            }
            pending.rows.retain(|queued, row| *queued > encoded && matches!(row, Pending::Put(_)));
            if pending.rows.is_empty() {
                return Ok(Some((key, value)));
            }
            break;
        }
        let queued = pending.rows.into_iter().rev().find_map(|(key, row)| match row {
            Pending::Put(value) => Some((key, value)),
            Pending::Deleted => None,
        });
        let Some((key, value)) = queued else { return Ok(None) };
        let key = K::decode(&key).ok_or_else(|| corrupt(&CorruptValue::new("a queued key is damaged")))?;
        Ok(Some((key, V::decode(&value).map_err(|error| corrupt(&error))?)))
    }

    fn scan_encoded<K: Key, T>(
        &self,
        table: u16,
        range: (Option<KeyBuf>, Option<KeyBuf>),
        order: Order,
        decode: Decode<T>,
    ) -> Scan<'_, K, T> {
        Scan::new(&self.engine().db, table, range, order, Trace::Blocks, decode)
    }

    fn latest_encoded<T>(&self, table: u16, key: &[u8], decode: Decode<T>) -> Result<Option<T>, ReadError> {
        let engine = self.engine();
        match engine.overlay.get(table, key) {
            Some(Pending::Put(value)) => {
                decode(&value).map(Some).map_err(|error| engine.db.corrupt(table, &error))
            }
            Some(Pending::Deleted) => Ok(None),
            None => engine.db.get(table, key, decode),
        }
    }

    fn latest_range<K: Key, T>(
        &self,
        table: u16,
        (from, to): (Option<KeyBuf>, Option<KeyBuf>),
        decode: Decode<T>,
    ) -> Result<Vec<(K, T)>, ReadError> {
        let engine = self.engine();
        let corrupt = |error: &CorruptValue| engine.db.corrupt(table, error);
        // The queue first, then the disk: what moves from one to the other in between is seen in either.
        let pending = engine.overlay.range(table, from.as_deref().unwrap_or_default(), to.as_deref());
        let mut rows: BTreeMap<KeyBuf, T> = BTreeMap::new();
        for row in Scan::<K, T>::new(&engine.db, table, (from, to), Order::Forward, Trace::Blocks, decode) {
            let (key, value) = row?;
            let key = key::encode(&key);
            if !pending.erases(&key) {
                rows.insert(key, value);
            }
        }
        for (key, row) in pending.rows {
            match row {
                Pending::Put(value) => {
                    drop(rows.insert(key, decode(&value).map_err(|error| corrupt(&error))?));
                }
                Pending::Deleted => drop(rows.remove(&key)),
            }
        }
        rows.into_iter()
            .map(|(key, value)| {
                Ok((
                    K::decode(&key).ok_or_else(|| corrupt(&CorruptValue::new("a queued key is damaged")))?,
                    value,
                ))
            })
            .collect()
    }
}
