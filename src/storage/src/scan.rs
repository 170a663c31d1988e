use crate::{
    db::{Db, logical, physical_range},
    error::ReadError,
    key::{Key, KeyBuf},
    value::CorruptValue,
};
use rocksdb::{DB, DBRawIteratorWithThreadMode, ReadOptions};
use std::marker::PhantomData;

/// From low keys to high ones, or back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    Forward,
    Back,
}

/// What a scan leaves in the block cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trace {
    /// The blocks that it read: they may be read again.
    Blocks,
    /// Nothing.
    Nothing,
}

/// Rows of a range of keys, as of the moment when the scan began. Ends after an error.
pub struct Scan<'a, K, T> {
    db: &'a Db,
    table: u16,
    rows: DBRawIteratorWithThreadMode<'a, DB>,
    order: Order,
    started: bool,
    ended: bool,
    decode: fn(&[u8]) -> Result<T, CorruptValue>,
    key: PhantomData<fn() -> K>,
}

impl<'a, K: Key, T> Scan<'a, K, T> {
    pub(crate) fn new(
        db: &'a Db,
        table: u16,
        (from, to): (Option<KeyBuf>, Option<KeyBuf>),
        order: Order,
        trace: Trace,
        decode: fn(&[u8]) -> Result<T, CorruptValue>,
    ) -> Self {
        let (from, to) = physical_range(table, from.as_deref(), to.as_deref());
        // RocksDB's answer to a range that ends before it begins is undefined.
        let empty = from >= to;
        let mut options = ReadOptions::default();
        options.set_iterate_lower_bound(from.into_vec());
        options.set_iterate_upper_bound(to.into_vec());
        options.fill_cache(trace == Trace::Blocks);
        let rows = db.rocks.raw_iterator_cf_opt(db.family(table), options);
        Self { db, table, rows, order, started: false, ended: empty, decode, key: PhantomData }
    }

    fn step(&mut self) {
        match (self.started, self.order) {
            (false, Order::Forward) => self.rows.seek_to_first(),
            (false, Order::Back) => self.rows.seek_to_last(),
            (true, Order::Forward) => self.rows.next(),
            (true, Order::Back) => self.rows.prev(),
        }
        self.started = true;
    }

    fn read(&self, key: &[u8], value: &[u8]) -> Result<(K, T), ReadError> {
        let key = K::decode(logical(key)).ok_or_else(|| {
            self.db.corrupt(
                self.table,
                &CorruptValue::new(format!("a key is no {}", std::any::type_name::<K>())),
            )
        })?;
        let value = (self.decode)(value).map_err(|error| self.db.corrupt(self.table, &error))?;
        Ok((key, value))
    }
}

impl<K: Key, T> Iterator for Scan<'_, K, T> {
    type Item = Result<(K, T), ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        self.step();
        let row = match self.rows.item() {
            Some((key, value)) => self.read(key, value),
            None => match self.rows.status() {
                Ok(()) => {
                    self.ended = true;
                    return None;
                }
                Err(error) => Err(self.db.read_error(self.table, &error)),
            },
        };
        self.ended = row.is_err();
        Some(row)
    }
}
