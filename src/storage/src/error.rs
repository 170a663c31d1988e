use crate::{Position, group::DecodeError};
use std::{path::PathBuf, sync::Arc};

/// Why a folder can't be opened as a store. Each text says what to do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Another process has it open.
    #[error("the data folder {} is in use by another process: stop that one first, or choose another folder", .path.display())]
    InUse {
        /// The folder.
        path: PathBuf,
    },
    /// The data were written by a newer program.
    #[error("the data in {} were written by a newer version (they have {found}, this program knows {known}): start the newer version again, or restore a backup", .path.display())]
    NewerVersion {
        /// The folder.
        path: PathBuf,
        /// What is there.
        found: String,
        /// What this program can read.
        known: String,
    },
    /// There is nothing, and [`Options::create_if_missing`](crate::Options::create_if_missing) is off.
    #[error("there is no database in {}: check the path of the data folder", .path.display())]
    Missing {
        /// The folder.
        path: PathBuf,
    },
    /// The files contradict themselves.
    #[error("the database in {} is damaged ({why}): check the disk and restore a backup", .path.display())]
    Corrupt {
        /// The folder.
        path: PathBuf,
        /// `RocksDB`'s own words.
        why: String,
    },
    /// The file system refused.
    #[error("the data folder {} can't be used ({why}): check that it exists, belongs to this user and has space left", .path.display())]
    Io {
        /// The folder.
        path: PathBuf,
        /// `RocksDB`'s own words.
        why: String,
    },
}

/// A read failed; the store may be damaged. "Not there" is no error.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// A key or value is not what the table holds.
    #[error("a row of table {table} is damaged: {why}")]
    Corrupt {
        /// Name in the catalogue.
        table: &'static str,
        /// What was wrong.
        why: String,
    },
    /// The disk, or a checksum of `RocksDB`.
    #[error("table {table} can't be read: {why}")]
    Io {
        /// Name in the catalogue.
        table: &'static str,
        /// `RocksDB`'s own words.
        why: String,
    },
}

/// A commit was not, and will not be, written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError {
    /// A write failed earlier. Reads go on; a person has to look at the disk and restart.
    #[error("the store is read-only: {0}")]
    ReadOnly(Arc<str>),
    /// More is waiting for the disk than may: try again later.
    #[error("{waiting_bytes} bytes are waiting for the disk: try again later")]
    Overloaded {
        /// In the queue.
        waiting_bytes: usize,
    },
    /// This store applies another store's groups and takes no commits of its own.
    #[error("this store follows another one: write there")]
    Follower,
    /// The store is being closed.
    #[error("the store is closed")]
    Closed,
}

/// A replicated group was not applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApplyError {
    /// The bytes are no group that this program can read.
    #[error(transparent)]
    Decode(#[from] DecodeError),
    /// Groups are missing before this one: fetch those from `expected` on.
    #[error("groups are missing: expected position {expected}, found {found}")]
    Gap {
        /// The next position this store needs.
        expected: Position,
        /// The group's first.
        found: Position,
    },
    /// A writer that is no longer the writer made it: drop it.
    #[error("the group is of epoch {found}, and epoch {current} has begun")]
    StaleEpoch {
        /// The group's.
        found: u64,
        /// This store's.
        current: u64,
    },
    /// It writes a table that this program does not have: update this node.
    #[error("the group writes table {0}, which this program does not know: update this node")]
    UnknownTable(u16),
    /// This store has taken commits of its own.
    #[error("this store has its own writer and can't follow another")]
    Writer,
    /// The write failed.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// A checkpoint was not made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// Something is at the target already.
    #[error("{} exists already: choose a folder that does not", .0.display())]
    Exists(PathBuf),
    /// The file system refused, or the target is on another file system.
    #[error("the checkpoint failed: {0}")]
    Failed(String),
}
