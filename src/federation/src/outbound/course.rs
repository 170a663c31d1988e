//! How it goes with one server: what it has got, and when it is tried again.

use super::{batch::MOST_EVENTS, queue::Queue};
use crate::Federation;
use std::time::{Duration, Instant};
use users::to_device::Place;

/// Rows of events that may wait for a server that does not answer.
pub(super) const MOST_WAITING: usize = 1_000;
/// The longest that a server which is heard but can't be reached is left in peace.
const LONGEST_SPACE: u32 = 30;

/// The state of the task that brings what waits.
pub(super) struct Course {
    /// Where to read on in the queue of events.
    pub(super) event: u64,
    /// What has been read of the messages for devices.
    pub(super) message: Option<Place>,
    /// The most that a transaction takes of each: fewer when the server refused what is in it.
    pub(super) most: usize,
    pub(super) failures: u32,
    /// When it was last tried in vain.
    tried: Option<Instant>,
    /// It said no: it is left in peace until then, also when it is heard.
    refused_until: Option<Instant>,
    /// How many rows may wait before the queue is thinned out.
    pub(super) waiting: usize,
    /// There is a row of `DESTINATIONS`.
    pub(super) written: bool,
}

impl Course {
    pub(super) fn new(written: bool) -> Self {
        Self {
            event: 0,
            message: None,
            most: MOST_EVENTS,
            failures: 0,
            tried: None,
            refused_until: None,
            waiting: MOST_WAITING,
            written,
        }
    }

    pub(super) fn went_well(&mut self) {
        self.failures = 0;
        self.tried = None;
        self.refused_until = None;
        self.most = (self.most * 2).min(MOST_EVENTS);
        self.waiting = MOST_WAITING;
    }

    pub(super) fn failed(&mut self, now: Instant) {
        self.failures = self.failures.saturating_add(1);
        self.tried = Some(now);
    }

    /// It was there and said no.
    pub(super) fn refused(&mut self, now: Instant, wait: Duration) {
        self.failed(now);
        self.refused_until = Some(now + wait);
    }
}

impl Federation {
    /// Waits until the server may be tried. Whether it may: not when this server stops.
    pub(super) async fn until_due(&self, queue: &Queue, course: &Course) -> bool {
        loop {
            let wait = self.wait(queue, course);
            if wait.is_zero() {
                return !self.inner.stopping.is_cancelled();
            }
            tokio::select! {
                () = self.inner.stopping.cancelled() => return false,
                () = tokio::time::sleep(wait) => {}
                () = queue.heard() => {}
            }
        }
    }

    fn wait(&self, queue: &Queue, course: &Course) -> Duration {
        let now = self.inner.clock.monotonic();
        if let Some(until) = course.refused_until {
            return until.saturating_duration_since(now);
        }
        // What it asks for may come often while it still can't be reached.
        let space = Duration::from_secs(course.failures.min(LONGEST_SPACE).into());
        let space =
            course.tried.map_or(Duration::ZERO, |tried| (tried + space).saturating_duration_since(now));
        self.inner.health.wait(&queue.server).map_or(space, |wait| wait.max(space))
    }

    /// How long a server that said no is left in peace.
    pub(super) fn peace(&self, course: &Course) -> Duration {
        net::pause_after(course.failures, self.inner.entropy.as_ref())
    }
}
