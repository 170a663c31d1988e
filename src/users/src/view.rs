//! A bounded memory of what the tables say.
//!
//! Promise: a value that was read before a change is never kept after it. A reader notes the number of changes
//! before it reads; what it read is kept only if no change came in between.

use parking_lot::Mutex;
use quick_cache::sync::Cache;
use std::{
    hash::Hash,
    sync::atomic::{AtomicU64, Ordering},
};

/// Keeps values by key until they change or the room is needed.
pub(crate) struct View<K, V> {
    kept: Cache<K, V>,
    changes: AtomicU64,
    filling: Mutex<()>,
}

impl<K: Hash + Eq + Clone, V: Clone> View<K, V> {
    /// A memory for about `items` values, all of a similar small size.
    pub(crate) fn new(items: usize) -> Self {
        Self { kept: Cache::new(items), changes: AtomicU64::new(0), filling: Mutex::new(()) }
    }

    /// The value of `key`, from memory or from `read`.
    pub(crate) fn get<E>(&self, key: &K, read: impl FnOnce() -> Result<V, E>) -> Result<V, E> {
        if let Some(value) = self.kept.get(key) {
            return Ok(value);
        }
        let before = self.changes.load(Ordering::Acquire);
        let value = read()?;
        let _filling = self.filling.lock();
        if self.changes.load(Ordering::Acquire) == before {
            self.kept.insert(key.clone(), value.clone());
        }
        Ok(value)
    }

    /// Changes the value of `key`, if it is remembered.
    pub(crate) fn change(&self, key: &K, change: impl FnOnce(V) -> V) {
        let _filling = self.filling.lock();
        if let Some(value) = self.kept.get(key) {
            self.kept.insert(key.clone(), change(value));
        }
    }

    /// Forgets the value of `key`: call it once the change is readable.
    pub(crate) fn forget(&self, key: &K) {
        let _filling = self.filling.lock();
        self.changes.fetch_add(1, Ordering::AcqRel);
        self.kept.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    #[test]
    fn keeps_what_did_not_change() {
        let view = View::new(10);
        let read = |value: u32| move || Ok::<_, Infallible>(value);
        assert_eq!(view.get(&1, read(5)), Ok(5));
        assert_eq!(view.get(&1, read(6)), Ok(5), "from memory");
        view.forget(&1);
        assert_eq!(view.get(&1, read(6)), Ok(6));
    }

    #[test]
    fn a_change_during_a_read_is_not_lost() {
        let view = View::new(10);
        let stale = view.get(&1, || {
            view.forget(&1);
            Ok::<_, Infallible>("old")
        });
        assert_eq!(stale, Ok("old"));
        assert_eq!(view.get(&1, || Ok::<_, Infallible>("new")), Ok("new"));
    }
}
