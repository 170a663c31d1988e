//! Time as a stopwatch, for figures and for how long unsynced writes may wait. Nothing that is stored or answered depends on it.

use std::time::Instant;

#[expect(clippy::disallowed_methods, reason = "measures the disk, which no test clock drives")]
pub(crate) fn now() -> Instant {
    Instant::now()
}
