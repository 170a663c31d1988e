//! When the memory of write buffers is given back: once writing has become slow, what they hold goes into table files.

use std::time::{Duration, Instant};

/// How long the writing is looked at before it is called slow.
const SPAN: Duration = Duration::from_secs(10);
/// Writing less than this in a span is slow.
const SLOW_BYTES: usize = 256 << 10;
/// Buffers that hold less are left alone: many small files would cost more than the memory is worth.
const WORTH_BYTES: usize = 2 << 20;

/// Watches how much is written. Wakes nobody while nothing is.
#[derive(Debug, Default)]
pub(crate) struct Quiet {
    since: Option<Instant>,
    bytes: usize,
}

impl Quiet {
    /// So much was written.
    pub(crate) fn wrote(&mut self, bytes: usize, now: Instant) {
        self.bytes += bytes;
        self.since.get_or_insert(now);
    }

    /// In how long [`Quiet::is_worth_it`] is to be asked; `None` while nothing is written.
    pub(crate) fn due(&self, now: Instant) -> Option<Duration> {
        self.since.map(|since| SPAN.saturating_sub(now.saturating_duration_since(since)))
    }

    /// Whether buffers that hold `held` bytes are to be emptied; begins a new span.
    pub(crate) fn is_worth_it(&mut self, held: usize, now: Instant) -> bool {
        let slow = self.bytes < SLOW_BYTES;
        // After much was written it is looked at again, as there may be no further write to begin a span.
        self.since = (!slow).then_some(now);
        self.bytes = 0;
        slow && held >= WORTH_BYTES
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MUCH: usize = 8 << 20;

    #[test]
    fn buffers_are_emptied_once_after_a_busy_time() {
        let start = crate::clock::now();
        let mut quiet = Quiet::default();
        assert_eq!(quiet.due(start), None);
        quiet.wrote(MUCH, start);
        assert_eq!(quiet.due(start), Some(SPAN));
        let first = start + SPAN;
        assert_eq!(quiet.due(first), Some(Duration::ZERO));
        assert!(!quiet.is_worth_it(MUCH, first), "it may go on");
        let second = first + SPAN;
        assert_eq!(quiet.due(second), Some(Duration::ZERO), "without another write too");
        assert!(quiet.is_worth_it(MUCH, second));
        assert_eq!(quiet.due(second + SPAN), None);
    }

    #[test]
    fn little_in_the_buffers_stays_there() {
        let start = crate::clock::now();
        let mut quiet = Quiet::default();
        quiet.wrote(100, start);
        assert!(!quiet.is_worth_it(100, start + SPAN));
        assert_eq!(quiet.due(start + SPAN), None);
    }
}
