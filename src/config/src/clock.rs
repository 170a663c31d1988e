//! The one place where time is read. Everything else takes a [`Clock`].

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Tells the time.
pub trait Clock: Send + Sync {
    /// Milliseconds since the Unix epoch: what goes into events and database rows.
    fn now_ms(&self) -> u64;

    /// A time that never goes back: what waits and rates are measured with.
    fn monotonic(&self) -> Instant;
}

/// A clock that many parts hold.
pub type SharedClock = Arc<dyn Clock>;

/// The computer's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[expect(clippy::disallowed_methods, reason = "this is where the real time comes in")]
impl Clock for SystemClock {
    fn now_ms(&self) -> u64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    fn monotonic(&self) -> Instant {
        Instant::now()
    }
}

/// A clock for tests: it stands still until it is told to go on.
#[derive(Debug)]
pub struct ManualClock {
    start: Instant,
    start_ms: u64,
    passed_ms: AtomicU64,
}

impl ManualClock {
    /// A clock that shows `start_ms` milliseconds since the Unix epoch.
    #[expect(clippy::disallowed_methods, reason = "an `Instant` can't be made any other way")]
    pub fn new(start_ms: u64) -> Self {
        Self { start: Instant::now(), start_ms, passed_ms: AtomicU64::new(0) }
    }

    /// Lets time pass, in whole milliseconds.
    pub fn advance(&self, time: Duration) {
        let ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        self.passed_ms.fetch_add(ms, Ordering::SeqCst);
    }
}

impl Default for ManualClock {
    /// Shows the first millisecond of 2024.
    fn default() -> Self {
        Self::new(1_704_067_200_000)
    }
}

impl Clock for ManualClock {
    fn now_ms(&self) -> u64 {
        self.start_ms + self.passed_ms.load(Ordering::SeqCst)
    }

    fn monotonic(&self) -> Instant {
        self.start + Duration::from_millis(self.passed_ms.load(Ordering::SeqCst))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn manual_time_passes_only_when_told() {
        let clock = ManualClock::new(1_000);
        let before = clock.monotonic();
        assert_eq!(clock.now_ms(), 1_000);
        clock.advance(Duration::from_secs(2));
        assert_eq!(clock.now_ms(), 3_000);
        assert_eq!(clock.monotonic() - before, Duration::from_secs(2));
    }

    #[test]
    fn system_time_is_after_this_was_written() {
        assert!(SystemClock.now_ms() > 1_760_000_000_000);
    }
}
