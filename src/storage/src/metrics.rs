use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// What the store has done since it was opened, and what it holds now.
#[derive(Clone, Copy, Debug, Default)]
pub struct StorageMetrics {
    /// Commits written, ephemeral ones included.
    pub commits: u64,
    /// Groups that they were written in.
    pub groups: u64,
    /// Bytes of operations written, before compression.
    pub written_bytes: u64,
    /// Fsyncs of the write-ahead log.
    pub syncs: u64,
    /// Time spent in writes with an fsync, in total.
    pub sync_time: Duration,
    /// The slowest of them.
    pub slowest_sync: Duration,
    /// Commits in line.
    pub queue_length: usize,
    /// Bytes in line.
    pub queue_bytes: usize,
    /// Bytes in the block cache.
    pub cache_bytes: usize,
    /// Bytes in write buffers.
    pub write_buffer_bytes: usize,
    /// Bytes of table files on disk.
    pub disk_bytes: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    commits: AtomicU64,
    groups: AtomicU64,
    written_bytes: AtomicU64,
    syncs: AtomicU64,
    sync_nanos: AtomicU64,
    slowest_nanos: AtomicU64,
}

impl Counters {
    pub(crate) fn group(&self, commits: usize, bytes: usize) {
        self.groups.fetch_add(1, Ordering::Relaxed);
        self.commits.fetch_add(commits as u64, Ordering::Relaxed);
        self.written_bytes.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub(crate) fn sync(&self, took: Duration) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(u64::MAX);
        self.syncs.fetch_add(1, Ordering::Relaxed);
        self.sync_nanos.fetch_add(nanos, Ordering::Relaxed);
        self.slowest_nanos.fetch_max(nanos, Ordering::Relaxed);
    }

    pub(crate) fn read(&self) -> StorageMetrics {
        let nanos = |counter: &AtomicU64| Duration::from_nanos(counter.load(Ordering::Relaxed));
        StorageMetrics {
            commits: self.commits.load(Ordering::Relaxed),
            groups: self.groups.load(Ordering::Relaxed),
            written_bytes: self.written_bytes.load(Ordering::Relaxed),
            syncs: self.syncs.load(Ordering::Relaxed),
            sync_time: nanos(&self.sync_nanos),
            slowest_sync: nanos(&self.slowest_nanos),
            ..StorageMetrics::default()
        }
    }
}
