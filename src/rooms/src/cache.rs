//! Caches that are bounded in bytes.

use std::hash::Hash;

use quick_cache::{Weighter, sync::Cache};

/// What says how many bytes of memory it holds.
pub(crate) trait Weigh {
    fn weight(&self) -> u64;
}

impl<T: Weigh + ?Sized> Weigh for std::sync::Arc<T> {
    fn weight(&self) -> u64 {
        (**self).weight()
    }
}

/// Weighs entries by their values, plus what key and bookkeeping take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ByBytes;

impl<K, V: Weigh> Weighter<K, V> for ByBytes {
    fn weight(&self, _: &K, value: &V) -> u64 {
        value.weight() + 64
    }
}

/// A cache of at most so many bytes.
pub(crate) type ByteCache<K, V> = Cache<K, V, ByBytes>;

/// A cache for `bytes`, with entries of about `typical` bytes each.
pub(crate) fn byte_cache<K: Eq + Hash, V: Weigh + Clone>(bytes: u64, typical: u64) -> ByteCache<K, V> {
    let entries = usize::try_from(bytes / typical.max(1)).unwrap_or(usize::MAX).max(16);
    Cache::with_weighter(entries, bytes, ByBytes)
}
