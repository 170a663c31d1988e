//! Work that is done by few at a time: of a server, or in a room.

use parking_lot::Mutex;
use std::{collections::HashMap, hash::Hash, sync::Arc};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Few at a time for each of many: what lets them in is there as long as somebody has it or waits for it.
pub(crate) struct Turns<K> {
    few: usize,
    turns: Mutex<HashMap<K, Arc<Semaphore>>>,
}

impl<K: Eq + Hash> Turns<K> {
    pub(crate) fn of_few(few: usize) -> Self {
        Self { few, turns: Mutex::default() }
    }

    /// Waits for a turn, which is over when it is dropped.
    pub(crate) async fn wait(&self, key: K) -> Option<OwnedSemaphorePermit> {
        let turn = {
            let mut turns = self.turns.lock();
            if turns.len().is_power_of_two() {
                turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            }
            Arc::clone(turns.entry(key).or_insert_with(|| Arc::new(Semaphore::new(self.few))))
        };
        // Never closed, so never refused.
        turn.acquire_owned().await.ok()
    }
}
