//! Figures of what is sent to other servers.

use crate::Federation;
use ruma::ServerName;
use std::sync::atomic::{AtomicU64, Ordering};
use storage::{ReadError, tables};

/// The most rows that are counted when somebody asks how much waits.
const MOST_COUNTED: usize = 200_000;

/// Counts since the start.
#[derive(Default)]
pub(super) struct Counters {
    transactions: AtomicU64,
    events: AtomicU64,
    failures: AtomicU64,
}

/// Figures for operators, since the start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutboundFigures {
    /// Transactions that other servers have taken.
    pub transactions: u64,
    /// Events in them.
    pub events: u64,
    /// Transactions that were not taken.
    pub failures: u64,
    /// Servers for which something waits now.
    pub waiting: usize,
    /// Servers that did not answer when they were last asked for anything.
    pub in_backoff: usize,
}

/// Events that wait for other servers, each counted once a server.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Queued {
    /// For servers that answer.
    pub ready: u64,
    /// For servers that did not when they were last asked.
    pub in_backoff: u64,
}

impl Counters {
    /// Another server has taken a transaction with so many events.
    pub(super) fn delivered(&self, events: usize) {
        self.transactions.fetch_add(1, Ordering::Relaxed);
        self.events.fetch_add(events as u64, Ordering::Relaxed);
    }

    pub(super) fn failed(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }
}

impl Federation {
    /// Figures of what is sent to other servers.
    pub fn outbound_figures(&self) -> OutboundFigures {
        let outbound = &self.inner.outbound;
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        OutboundFigures {
            transactions: read(&outbound.counters.transactions),
            events: read(&outbound.counters.events),
            failures: read(&outbound.counters.failures),
            waiting: outbound.queues.lock().values().filter(|queue| queue.is_running()).count(),
            in_backoff: self.inner.health.silent(),
        }
    }

    /// How many positions of the log other servers have still to be told of, as far as these are told of them.
    pub fn lag(&self) -> u64 {
        self.inner.outbound.backlog.lag()
    }

    /// Counts what waits for other servers, up to a bound. Reads it all from the database.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn queued(&self) -> Result<Queued, ReadError> {
        let mut queued = Queued::default();
        let mut of = (String::new(), false);
        for row in self.inner.store.sweep(tables::OUTBOX, ..).take(MOST_COUNTED) {
            let ((server, _), _) = row?;
            if server != of.0 {
                let name = <&ServerName>::try_from(server.as_str());
                let is_silent = name.is_ok_and(|name| self.inner.health.is_silent(name));
                of = (server, is_silent);
            }
            *(if of.1 { &mut queued.in_backoff } else { &mut queued.ready }) += 1;
        }
        Ok(queued)
    }
}
