//! Opening a folder: which tables are there, who wrote them, and where the order goes on.

use crate::{
    Position,
    db::{Db, META, family_name},
    error::OpenError,
    key,
    options::Options,
    table::Class,
    tuning,
    value::Value,
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

impl LogState {
    pub(crate) fn add_to_batch(self, db: &Db, batch: &mut WriteBatch) {
        let mut value = Vec::with_capacity(24);
        (self.epoch, self.applied, self.reserved).encode(&mut value);
        batch.put_cf(&db.family(META), log_key(), value);
    }

    pub(crate) fn decode(bytes: &[u8]) -> Result<Self, crate::CorruptValue> {
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
    let present = families_at(path, &database, options)?;
    let retired = check_tables(path, &present, options)?;

    let tables = options.catalogue.tables.iter().filter(|spec| spec.number != META);
    let families = tables
        .map(|spec| (family_name(spec.number, spec.name), spec.class))
        .chain([(family_name(META, ""), Class::Small)])
        .chain(retired.iter().map(|name| (*name, Class::Small)))
        .map(|(name, class)| ColumnFamilyDescriptor::new(name, tuning::family(class, &cache)));
    let mut rocks =
        DB::open_cf_descriptors(&database, path, families).map_err(|error| open_error(path, &error))?;
    for name in retired {
        tracing::info!(table = name, "dropping a table that is no longer used");
        rocks.drop_cf(name).map_err(|error| open_error(path, &error))?;
    }
    let db = Db::new(rocks, cache, buffers, options.catalogue);
    let state = read_state(path, &db)?;
    Ok((db, state))
}

fn families_at(path: &Path, database: &RocksOptions, options: &Options) -> Result<Vec<String>, OpenError> {
    if path.join("CURRENT").exists() {
        DB::list_cf(database, path).map_err(|error| open_error(path, &error))
    } else if options.create_if_missing {
        Ok(Vec::new())
    } else {
        Err(OpenError::Missing { path: path.to_owned() })
    }
}

/// The retired tables that are still there; an error when there are tables that this program has never had.
fn check_tables(path: &Path, present: &[String], options: &Options) -> Result<Vec<&'static str>, OpenError> {
    let catalogue = options.catalogue;
    let known = |name: &str| {
        name == rocksdb::DEFAULT_COLUMN_FAMILY_NAME
            || catalogue.tables.iter().any(|spec| spec.name == name)
            || catalogue.retired.iter().any(|(_, old)| *old == name)
    };
    if let Some(unknown) = present.iter().find(|name| !known(name)) {
        return Err(OpenError::NewerVersion {
            path: path.to_owned(),
            found: format!("a table {unknown}"),
            known: format!("{} tables", catalogue.tables.len()),
        });
    }
    Ok(catalogue
        .retired
        .iter()
        .map(|(_, name)| *name)
        .filter(|name| present.iter().any(|at| at == name))
        .collect())
}

fn read_state(path: &Path, db: &Db) -> Result<LogState, OpenError> {
    let corrupt =
        |error: crate::ReadError| OpenError::Corrupt { path: path.to_owned(), why: error.to_string() };
    let format = db.get(META, &format_key(), u64::decode).map_err(corrupt)?;
    match format {
        Some(found) if found > FORMAT => {
            return Err(OpenError::NewerVersion {
                path: path.to_owned(),
                found: format!("data format {found}"),
                known: format!("formats up to {FORMAT}"),
            });
        }
        Some(_) => {}
        None => {
            let mut batch = WriteBatch::default();
            batch.put_cf(&db.family(META), format_key(), FORMAT.to_be_bytes());
            // No fsync: whatever is written later carries it along, and an empty store lost is an empty store.
            db.write(batch, false).map_err(|why| OpenError::Io { path: path.to_owned(), why })?;
        }
    }
    Ok(db.get(META, &log_key(), LogState::decode).map_err(corrupt)?.unwrap_or_default())
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
