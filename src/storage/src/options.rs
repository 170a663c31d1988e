use crate::table::Catalogue;
use std::sync::{Arc, atomic::AtomicBool};

/// How a store is opened; the defaults suit a server of 250 MiB.
#[derive(Clone, Debug)]
pub struct Options {
    /// Block cache in bytes, shared by all tables; indexes and filters count.
    pub cache_bytes: usize,
    /// Memory for rows that are in the write-ahead log but not yet in table files, all tables together.
    pub write_buffer_bytes: usize,
    /// Make an empty store where there is none.
    pub create_if_missing: bool,
    /// Take no commits, and go on exactly where the groups on disk end, to apply those of another store. A checkpoint of that store is opened so.
    pub follow: bool,
    /// Table files kept open.
    pub max_open_files: i32,
    /// How many topics' positions are remembered.
    pub max_topics: usize,
    /// How many bytes may wait for the disk before commits are refused.
    pub max_queue_bytes: usize,
    /// The tables.
    pub catalogue: Catalogue,
    /// Fault injection, for tests of the read-only mode: while true, every write fails as on a broken disk.
    pub fail_writes: Option<Arc<AtomicBool>>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            cache_bytes: 64 << 20,
            write_buffer_bytes: 32 << 20,
            create_if_missing: true,
            follow: false,
            max_open_files: 512,
            max_topics: 200_000,
            max_queue_bytes: 64 << 20,
            catalogue: crate::tables::CATALOGUE,
            fail_writes: None,
        }
    }
}
