//! What the operator may want to know of pushes.

use std::sync::atomic::{AtomicU64, Ordering};

/// Figures for operators, since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PushFigures {
    /// Pushes of events that were taken.
    pub sent: u64,
    /// Pushes of unread counts alone that were taken.
    pub counts_sent: u64,
    /// Pushes that were not taken; each is tried again.
    pub failed: u64,
    /// Pushes that were left out, as they would never be taken.
    pub refused: u64,
    /// Pushers that were removed, as nobody is there any more.
    pub removed: u64,
    /// Pushers that have something to bring now.
    pub waiting: usize,
}

#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) sent: AtomicU64,
    pub(crate) counts_sent: AtomicU64,
    pub(crate) failed: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) removed: AtomicU64,
}

impl Counters {
    pub(crate) fn read(&self, waiting: usize) -> PushFigures {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        PushFigures {
            sent: read(&self.sent),
            counts_sent: read(&self.counts_sent),
            failed: read(&self.failed),
            refused: read(&self.refused),
            removed: read(&self.removed),
            waiting,
        }
    }
}

/// One more.
pub(crate) fn count(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}
