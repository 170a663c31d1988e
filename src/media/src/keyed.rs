//! A lock for each key that somebody holds or waits for; nothing is kept of the others.

use parking_lot::Mutex;
use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, Weak},
};
use tokio::sync::OwnedMutexGuard;

type Lock = tokio::sync::Mutex<()>;

pub(crate) struct KeyedLocks<K>(Mutex<HashMap<K, Weak<Lock>>>);

impl<K: Eq + Hash> KeyedLocks<K> {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(HashMap::new()))
    }

    /// Waits for the turn of this key.
    pub(crate) async fn lock(&self, key: K) -> OwnedMutexGuard<()> {
        let lock = {
            let mut all = self.0.lock();
            // Now and then, so that it costs next to nothing: the room that is left grows with what is in use.
            if all.len() == all.capacity() {
                all.retain(|_, lock| lock.strong_count() > 0);
            }
            let slot = all.entry(key).or_default();
            slot.upgrade().unwrap_or_else(|| {
                let lock = Arc::new(Lock::new(()));
                *slot = Arc::downgrade(&lock);
                lock
            })
        };
        lock.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[tokio::test]
    async fn one_holder_a_key_and_no_trace_of_former_ones() {
        let locks = KeyedLocks::new();
        let first = locks.lock(1).await;
        assert!(locks.lock(1).now_or_never().is_none());
        assert!(locks.lock(2).now_or_never().is_some());
        drop(first);
        assert!(locks.lock(1).now_or_never().is_some());
        for key in 0..10_000 {
            drop(locks.lock(key).await);
        }
        assert!(locks.0.lock().len() < 100);
    }
}
