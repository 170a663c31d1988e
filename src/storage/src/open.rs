//! Opening a folder: which tables are there, who wrote them, and where the order goes on.

use crate::{
    Position,
    db::{CLASSES, Db, META, family_name, physical, physical_range},
    error::{OpenError, ReadError},
    key,
    options::Options,
    table::{Catalogue, Class, TableSpec},
    tuning,
    value::{CorruptValue, Value},
};
use rocksdb::{
    Cache, ColumnFamilyDescriptor, DB, ErrorKind, Options as RocksOptions, WriteBatch, WriteBufferManager,
};
use std::path::Path;

/// Version of the data format: how keys, values and facts are laid out.
const FORMAT: u64 = 1;

/// Where the order stands on disk; written with every batch, so that applying a group and knowing that it is applied are one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct LogState {
    /// See [`Group::epoch`](crate::Group::epoch).
    pub(crate) epoch: u64,
    /// The last position of the last group on disk.
    pub(crate) applied: Position,
    /// No position up to here may be given again. Equal to `applied` after a clean close.
    pub(crate) reserved: Position,
}

pub(crate) fn log_key() -> key::KeyBuf {
    key::encode("log")
}

fn format_key() -> key::KeyBuf {
    key::encode("format")
}

fn tables_key() -> key::KeyBuf {
    key::encode("tables")
}

fn put_fact(batch: &mut WriteBatch, db: &Db, key: &[u8], value: &[u8]) {
    batch.put_cf(&db.family(META), physical(META, key), value);
}

impl LogState {
    pub(crate) fn add_to_batch(self, db: &Db, batch: &mut WriteBatch) {
        let mut value = Vec::with_capacity(24);
        (self.epoch, self.applied, self.reserved).encode(&mut value);
        put_fact(batch, db, &log_key(), &value);
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, CorruptValue> {
        <(u64, Position, Position)>::decode(bytes).map(|(epoch, applied, reserved)| Self {
            epoch,
            applied,
            reserved,
        })
    }
}

/// Opens or makes the database and reads where the order stands.
pub(crate) fn open(path: &Path, options: &Options) -> Result<(Db, LogState), OpenError> {
    let cache = Cache::new_hyper_clock_cache(options.cache_bytes, 0);
    let buffers = WriteBufferManager::new_write_buffer_manager(options.write_buffer_bytes, false);
    let database = tuning::database(options, &buffers);
    check_families(path, &database, options)?;
    let families =
        CLASSES.map(|class| ColumnFamilyDescriptor::new(family_name(class), tuning::family(class, &cache)));
    let rocks =
        DB::open_cf_descriptors(&database, path, families).map_err(|error| open_error(path, &error))?;
    let mut db = Db::new(rocks, cache, buffers, options.catalogue);
    let facts = Facts { path, db: &db };
    facts.check_format()?;
    let classes = facts.check_tables(options.catalogue)?;
    let state = facts.read(&log_key(), LogState::decode)?.unwrap_or_default();
    db.place(&classes);
    Ok((db, state))
}

fn check_families(path: &Path, database: &RocksOptions, options: &Options) -> Result<(), OpenError> {
    if !path.join("CURRENT").exists() {
        let missing = || OpenError::Missing { path: path.to_owned() };
        return if options.create_if_missing { Ok(()) } else { Err(missing()) };
    }
    let present = DB::list_cf(database, path).map_err(|error| open_error(path, &error))?;
    match present.iter().find(|name| CLASSES.iter().all(|class| family_name(*class) != *name)) {
        None => Ok(()),
        Some(unknown) => Err(OpenError::NewerVersion {
            path: path.to_owned(),
            found: format!("tables of class {unknown}"),
            known: "others".to_owned(),
        }),
    }
}

/// What the database says about itself.
struct Facts<'a> {
    path: &'a Path,
    db: &'a Db,
}

impl Facts<'_> {
    fn read<T>(
        &self,
        key: &[u8],
        decode: impl FnOnce(&[u8]) -> Result<T, CorruptValue>,
    ) -> Result<Option<T>, OpenError> {
        let corrupt =
            |error: ReadError| OpenError::Corrupt { path: self.path.to_owned(), why: error.to_string() };
        self.db.get(META, key, decode).map_err(corrupt)
    }

    /// No fsync: whatever is written later carries it along.
    fn write(&self, batch: WriteBatch) -> Result<(), OpenError> {
        self.db.write(batch, false).map_err(|why| OpenError::Io { path: self.path.to_owned(), why })
    }

    fn newer(&self, found: String, known: String) -> OpenError {
        OpenError::NewerVersion { path: self.path.to_owned(), found, known }
    }

    fn check_format(&self) -> Result<(), OpenError> {
        match self.read(&format_key(), u64::decode)? {
            Some(found) if found > FORMAT => {
                Err(self.newer(format!("data format {found}"), format!("formats up to {FORMAT}")))
            }
            Some(_) => Ok(()),
            None => {
                let mut batch = WriteBatch::default();
                put_fact(&mut batch, self.db, &format_key(), &FORMAT.to_be_bytes());
                self.write(batch)
            }
        }
    }

    /// Refuses tables that this program has never had, empties those that it no longer has, and notes down those that it has. Returns the classes of all
    /// tables: for those on record the recorded one, since their rows lie there.
    fn check_tables(&self, catalogue: Catalogue) -> Result<Vec<(u16, Class)>, OpenError> {
        let found = self.read(&tables_key(), decode_tables)?.unwrap_or_default();
        let class_of = |spec: &TableSpec| {
            found.iter().find(|(number, _)| *number == spec.number).map_or(spec.class, |(_, class)| *class)
        };
        let now: Vec<_> = catalogue.tables.iter().map(|spec| (spec.number, class_of(spec))).collect();
        if found == now {
            return Ok(now);
        }
        let mut batch = WriteBatch::default();
        for (table, class) in found.iter().filter(|table| !now.contains(table)) {
            let Some((_, name)) = catalogue.retired.iter().find(|(number, _)| number == table) else {
                return Err(self.newer(format!("a table {table}"), format!("{} others", now.len())));
            };
            tracing::info!(name, "emptying a table that is no longer used");
            let (from, to) = physical_range(*table, None, None);
            batch.delete_range_cf(&self.db.class(*class), from, to);
        }
        put_fact(&mut batch, self.db, &tables_key(), &encode_tables(&now));
        self.write(batch)?;
        Ok(now)
    }
}

fn encode_tables(tables: &[(u16, Class)]) -> Vec<u8> {
    let mut out = Vec::with_capacity(3 * tables.len());
    for (number, class) in tables {
        (*number, *class as u8).encode(&mut out);
    }
    out
}

fn decode_tables(bytes: &[u8]) -> Result<Vec<(u16, Class)>, CorruptValue> {
    let table = |bytes: &[u8]| {
        let (number, class) = <(u16, u8)>::decode(bytes)?;
        let class = CLASSES.into_iter().find(|known| *known as u8 == class);
        class.map(|class| (number, class)).ok_or_else(|| CorruptValue::new("a table of no known class"))
    };
    bytes.chunks(3).map(table).collect()
}

fn open_error(path: &Path, error: &rocksdb::Error) -> OpenError {
    let (path, why) = (path.to_owned(), error.to_string());
    match error.kind() {
        ErrorKind::IOError if why.contains("LOCK") || why.contains("lock ") => OpenError::InUse { path },
        ErrorKind::Corruption | ErrorKind::InvalidArgument | ErrorKind::NotSupported => {
            OpenError::Corrupt { path, why }
        }
        _ => OpenError::Io { path, why },
    }
}
