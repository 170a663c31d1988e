//! The open database with its tables by number. Everything that touches `RocksDB` after opening is here, in `scan` and in `checkpoint`.

use crate::{
    error::ReadError,
    group::Group,
    key::KeyBuf,
    ops::Operation,
    table::{Catalogue, Class, TableSpec},
    value::CorruptValue,
};
use rocksdb::{Cache, ColumnFamily, DB, FlushOptions, WriteBatch, WriteBufferManager, WriteOptions};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

/// Number of the table that holds facts about the database.
pub(crate) const META: u16 = 1;

/// Tables share a column family with all others of their class, each under its number. A column family a table would cost more than a millisecond
/// of every start, an fsync of the first one, and a write buffer each.
pub(crate) const CLASSES: [Class; 3] = [Class::Small, Class::Large, Class::Append];

pub(crate) fn family_name(class: Class) -> &'static str {
    match class {
        // RocksDB has this one anyway.
        Class::Small => rocksdb::DEFAULT_COLUMN_FAMILY_NAME,
        Class::Large => "large",
        Class::Append => "append",
    }
}

/// The key in the column family.
pub(crate) fn physical(table: u16, key: &[u8]) -> KeyBuf {
    let mut out = KeyBuf::from_slice(&table.to_be_bytes());
    out.extend_from_slice(key);
    out
}

/// The key within its table.
pub(crate) fn logical(physical: &[u8]) -> &[u8] {
    physical.get(TABLE_BYTES..).unwrap_or_default()
}

const TABLE_BYTES: usize = size_of::<u16>();

/// The bounds of a range of keys, the upper one exclusive, as they are in the column family.
pub(crate) fn physical_range(table: u16, from: Option<&[u8]>, to: Option<&[u8]>) -> (KeyBuf, KeyBuf) {
    let from = physical(table, from.unwrap_or_default());
    let to = to.map_or_else(|| physical(table.saturating_add(1), &[]), |to| physical(table, to));
    (from, to)
}

pub(crate) struct Db {
    pub(crate) rocks: DB,
    pub(crate) cache: Cache,
    pub(crate) buffers: WriteBufferManager,
    tables: Vec<Option<TableSpec>>,
    fail_writes: Option<Arc<AtomicBool>>,
}

impl Db {
    pub(crate) fn new(rocks: DB, cache: Cache, buffers: WriteBufferManager, catalogue: Catalogue) -> Self {
        let highest = catalogue.tables.iter().map(|spec| spec.number).max().unwrap_or(0);
        let mut tables = vec![None; usize::from(highest) + 1];
        for spec in catalogue.tables {
            if let Some(table) = tables.get_mut(usize::from(spec.number)) {
                *table = Some(*spec);
            }
        }
        Self { rocks, cache, buffers, tables, fail_writes: None }
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

    /// Says where the rows of each table lie.
    pub(crate) fn place(&mut self, classes: &[(u16, Class)]) {
        for (number, class) in classes {
            if let Some(Some(table)) = self.tables.get_mut(usize::from(*number)) {
                table.class = *class;
            }
        }
    }

    fn spec(&self, table: u16) -> Option<&TableSpec> {
        self.tables.get(usize::from(table))?.as_ref()
    }

    /// Whether the catalogue has a table of this number.
    pub(crate) fn knows(&self, table: u16) -> bool {
        self.spec(table).is_some()
    }

    fn name(&self, table: u16) -> &'static str {
        self.spec(table).map_or("meta", |spec| spec.name)
    }

    /// The column family of a table.
    pub(crate) fn family(&self, table: u16) -> &ColumnFamily {
        self.class(self.spec(table).map_or(Class::Small, |spec| spec.class))
    }

    /// The column family of a class.
    pub(crate) fn class(&self, class: Class) -> &ColumnFamily {
        self.rocks.cf_handle(family_name(class)).expect("every class is opened with the store")
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
            .get_pinned_cf(self.family(table), physical(table, key))
            .map_err(|error| self.read_error(table, &error))?;
        row.map(|bytes| decode(&bytes)).transpose().map_err(|error| self.corrupt(table, &error))
    }

    pub(crate) fn multi_get<T>(
        &self,
        table: u16,
        keys: impl Iterator<Item = KeyBuf>,
        decode: impl Fn(&[u8]) -> Result<T, CorruptValue>,
    ) -> Result<Vec<Option<T>>, ReadError> {
        let keys: Vec<KeyBuf> = keys.map(|key| physical(table, &key)).collect();
        self.rocks
            .batched_multi_get_cf(self.family(table), &keys, false)
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
                Operation::Put { table, key, value } => batch.put_cf(family, physical(table, &key), value),
                Operation::Delete { table, key } => batch.delete_cf(family, physical(table, &key)),
                Operation::DeleteRange { table, from, to } => {
                    let (from, to) = physical_range(table, Some(&from), to.as_deref());
                    // RocksDB takes an inverted range for a mistake and fails the whole batch.
                    if from < to {
                        batch.delete_range_cf(family, from, to);
                    }
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
        self.flush_with(&FlushOptions::default())
    }

    /// As [`Db::flush_tables`], in the background.
    pub(crate) fn begin_flush_of_tables(&self) -> Result<(), String> {
        let mut options = FlushOptions::default();
        options.set_wait(false);
        self.flush_with(&options)
    }

    fn flush_with(&self, options: &FlushOptions) -> Result<(), String> {
        self.check_fault()?;
        let families = CLASSES.map(|class| self.class(class));
        self.rocks.flush_cfs_opt(&families.each_ref(), options).map_err(|error| error.to_string())
    }

    /// A number that `RocksDB` keeps about all tables together.
    pub(crate) fn property_sum(&self, name: &str) -> u64 {
        CLASSES
            .iter()
            .filter_map(|class| self.rocks.property_int_value_cf(self.class(*class), name).ok().flatten())
            .sum()
    }
}
