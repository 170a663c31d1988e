//! The open database with its tables by number. Everything that touches `RocksDB` after opening is here, in `scan` and in `checkpoint`.

use crate::{
    error::ReadError, group::Group, key::KeyBuf, ops::Operation, table::Catalogue, value::CorruptValue,
};
use rocksdb::{Cache, ColumnFamily, DB, WriteBatch, WriteBufferManager, WriteOptions};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Number of the table that holds facts about the database; it lives in the column family that `RocksDB` always has.
pub(crate) const META: u16 = 1;

pub(crate) struct Db {
    pub(crate) rocks: DB,
    pub(crate) cache: Cache,
    pub(crate) buffers: WriteBufferManager,
    families: Vec<Option<&'static str>>,
    fail_writes: Option<Arc<AtomicBool>>,
}

/// The name of the column family of a table.
pub(crate) fn family_name(number: u16, name: &'static str) -> &'static str {
    if number == META { rocksdb::DEFAULT_COLUMN_FAMILY_NAME } else { name }
}

impl Db {
    pub(crate) fn new(rocks: DB, cache: Cache, buffers: WriteBufferManager, catalogue: Catalogue) -> Self {
        let mut families = Vec::new();
        let tables = catalogue.tables.iter().map(|spec| (spec.number, family_name(spec.number, spec.name)));
        for (number, name) in tables.chain([(META, family_name(META, ""))]) {
            let index = usize::from(number);
            if families.len() <= index {
                families.resize(index + 1, None);
            }
            if let Some(family) = families.get_mut(index) {
                *family = Some(name);
            }
        }
        Self { rocks, cache, buffers, families, fail_writes: None }
    }

    /// From now on the switch breaks the disk.
    pub(crate) fn fail_writes(&mut self, switch: Option<Arc<AtomicBool>>) {
        self.fail_writes = switch;
    }

    fn check_fault(&self) -> Result<(), String> {
        if self.fail_writes.as_ref().is_some_and(|switch| switch.load(Ordering::SeqCst)) {
            return Err("IO error: a test broke the disk".to_owned());
        }
        Ok(())
    }

    /// Whether the catalogue has a table of this number.
    pub(crate) fn knows(&self, table: u16) -> bool {
        self.families.get(usize::from(table)).is_some_and(Option::is_some)
    }

    pub(crate) fn name(&self, table: u16) -> &'static str {
        self.families.get(usize::from(table)).copied().flatten().unwrap_or("unknown")
    }

    pub(crate) fn family(&self, table: u16) -> &ColumnFamily {
        self.rocks.cf_handle(self.name(table)).expect("every table of the catalogue is opened with the store")
    }

    pub(crate) fn read_error(&self, table: u16, error: &rocksdb::Error) -> ReadError {
        ReadError::Io { table: self.name(table), why: error.to_string() }
    }

    pub(crate) fn corrupt(&self, table: u16, error: &CorruptValue) -> ReadError {
        ReadError::Corrupt { table: self.name(table), why: error.to_string() }
    }

    pub(crate) fn get<T>(
        &self,
        table: u16,
        key: &[u8],
        decode: impl FnOnce(&[u8]) -> Result<T, CorruptValue>,
    ) -> Result<Option<T>, ReadError> {
        let row = self
            .rocks
            .get_pinned_cf(self.family(table), key)
            .map_err(|error| self.read_error(table, &error))?;
        row.map(|bytes| decode(&bytes)).transpose().map_err(|error| self.corrupt(table, &error))
    }

    pub(crate) fn multi_get<T>(
        &self,
        table: u16,
        keys: &[KeyBuf],
        decode: impl Fn(&[u8]) -> Result<T, CorruptValue>,
    ) -> Result<Vec<Option<T>>, ReadError> {
        self.rocks
            .batched_multi_get_cf(self.family(table), keys, false)
            .into_iter()
            .map(|row| {
                let row = row.map_err(|error| self.read_error(table, &error))?;
                row.map(|bytes| decode(&bytes)).transpose().map_err(|error| self.corrupt(table, &error))
            })
            .collect()
    }

    pub(crate) fn add_to_batch(&self, batch: &mut WriteBatch, group: &Group) {
        for operation in group.parts.iter().flat_map(|part| part.operations.iter()) {
            let family = &self.family(operation.table());
            match operation {
                Operation::Put { key, value, .. } => batch.put_cf(family, key, value),
                Operation::Delete { key, .. } => batch.delete_cf(family, key),
                Operation::DeleteRange { table, from, to: Some(to) } => {
                    // RocksDB takes an inverted range for a mistake and fails the whole batch.
                    if from < to {
                        batch.delete_range_cf(&self.family(table), from, to);
                    }
                }
                Operation::DeleteRange { from, to: None, .. } => {
                    // No key is that long, so the bound is above all of them.
                    batch.delete_range_cf(family, from.as_ref(), &[u8::MAX; 64][..]);
                }
            }
        }
    }

    pub(crate) fn write(&self, batch: WriteBatch, sync: bool) -> Result<(), String> {
        self.check_fault()?;
        let mut options = WriteOptions::default();
        options.set_sync(sync);
        self.rocks.write_opt(batch, &options).map_err(|error| error.to_string())
    }

    /// Makes all that was written durable.
    pub(crate) fn sync(&self) -> Result<(), String> {
        self.check_fault()?;
        self.rocks.flush_wal(true).map_err(|error| error.to_string())
    }

    /// Moves all rows from the write-ahead log into table files, so that the next open has nothing to replay.
    pub(crate) fn flush_tables(&self) -> Result<(), String> {
        let families: Vec<&ColumnFamily> =
            self.families.iter().flatten().filter_map(|name| self.rocks.cf_handle(name)).collect();
        let families: Vec<&&ColumnFamily> = families.iter().collect();
        self.rocks
            .flush_cfs_opt(&families, &rocksdb::FlushOptions::default())
            .map_err(|error| error.to_string())
    }

    /// A number that `RocksDB` keeps about all tables together.
    pub(crate) fn property_sum(&self, name: &str) -> u64 {
        self.families
            .iter()
            .flatten()
            .filter_map(|family| self.rocks.cf_handle(family))
            .filter_map(|family| self.rocks.property_int_value_cf(family, name).ok().flatten())
            .sum()
    }
}
