//! The one place of the harness that reads the machine's clock: measuring time is what it is for.
#![allow(clippy::disallowed_methods, reason = "a stopwatch needs the real clock")]

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// The monotonic clock.
pub fn now() -> Instant {
    Instant::now()
}

/// Seconds since 1970; names of test users and rooms start with it, so that runs on one server do not meet.
pub fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}

/// Milliseconds since 1970, as `origin_server_ts` has them.
pub fn unix_millis() -> u64 {
    u64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis())
        .unwrap_or(u64::MAX)
}

/// Waits where nothing but time can be waited for: a server that settles, a process that ends.
pub fn sleep(time: Duration) {
    std::thread::sleep(time);
}
