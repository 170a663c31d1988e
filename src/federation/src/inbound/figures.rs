//! Figures of what other servers send.

use crate::Federation;
use rooms::Outcome;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts since the start.
#[derive(Default)]
pub(super) struct Counters {
    transactions: AtomicU64,
    failures: AtomicU64,
    accepted: AtomicU64,
    rejected: AtomicU64,
    soft_failed: AtomicU64,
    refused: AtomicU64,
}

/// Figures for operators, since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InboundFigures {
    /// Transactions that were taken in.
    pub transactions: u64,
    /// Those that were not, as the database could not be read or written.
    pub failures: u64,
    /// Events that are part of their rooms.
    pub accepted: u64,
    /// Events that the rules of their rooms deny.
    pub rejected: u64,
    /// Events that their rooms did not allow any more when they came.
    pub soft_failed: u64,
    /// Events that are none, that are not rightly signed, or whose server the room keeps out.
    pub refused: u64,
    /// Events that wait now for what comes before them.
    pub staged: usize,
}

impl Counters {
    pub(super) fn transaction(&self, is_taken: bool) {
        let counter = if is_taken { &self.transactions } else { &self.failures };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn refused(&self, events: usize) {
        self.refused.fetch_add(events as u64, Ordering::Relaxed);
    }

    /// Counts what became of an event; one that has to wait will be counted later.
    pub(super) fn outcome(&self, outcome: &Outcome) {
        let counter = match outcome {
            Outcome::Accepted(_) => &self.accepted,
            Outcome::SoftFailed(..) => &self.soft_failed,
            Outcome::Rejected(..) => &self.rejected,
            Outcome::Missing { .. } => return,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

impl Federation {
    /// Figures of what other servers send.
    pub fn inbound_figures(&self) -> InboundFigures {
        let inbound = &self.inner.inbound;
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        InboundFigures {
            transactions: read(&inbound.counters.transactions),
            failures: read(&inbound.counters.failures),
            accepted: read(&inbound.counters.accepted),
            rejected: read(&inbound.counters.rejected),
            soft_failed: read(&inbound.counters.soft_failed),
            refused: read(&inbound.counters.refused),
            staged: inbound.queues.lock().values().map(|queue| queue.len()).sum(),
        }
    }
}
