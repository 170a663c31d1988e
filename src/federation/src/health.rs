//! Which servers answer. Those that don't are left in peace for a time that doubles with each failure.

use config::{clock::SharedClock, random::SharedEntropy};
use parking_lot::Mutex;
use ruma::{OwnedServerName, ServerName};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// After the first failure.
const FIRST: Duration = Duration::from_secs(2);
/// After many.
const LONGEST: Duration = Duration::from_secs(3600);
/// The most servers that are remembered as silent; beyond it those whose time is up are forgotten.
const MOST: usize = 10_000;

#[derive(Debug, Clone, Copy)]
struct Silence {
    failures: u32,
    until: Instant,
}

/// The servers that don't answer now.
pub(crate) struct Health {
    silent: Mutex<HashMap<OwnedServerName, Silence>>,
    clock: SharedClock,
    entropy: SharedEntropy,
}

impl Health {
    pub(crate) fn new(clock: SharedClock, entropy: SharedEntropy) -> Self {
        Self { silent: Mutex::default(), clock, entropy }
    }

    /// How long the server is still left in peace; `None` if it may be asked.
    pub(crate) fn wait(&self, server: &ServerName) -> Option<Duration> {
        let until = self.silent.lock().get(server)?.until;
        Some(until.saturating_duration_since(self.clock.monotonic())).filter(|wait| !wait.is_zero())
    }

    /// It answers.
    pub(crate) fn heard(&self, server: &ServerName) {
        self.silent.lock().remove(server);
    }

    /// It does not answer. How long it is left in peace.
    pub(crate) fn failed(&self, server: &ServerName) -> Duration {
        let now = self.clock.monotonic();
        let mut silent = self.silent.lock();
        if silent.len() >= MOST {
            silent.retain(|_, silence| silence.until > now);
        }
        let failures = silent.get(server).map_or(0, |silence| silence.failures);
        let wait = spread(backoff(failures), self.entropy.as_ref());
        silent.insert(server.to_owned(), Silence { failures: failures.saturating_add(1), until: now + wait });
        wait
    }
}

fn backoff(failures: u32) -> Duration {
    FIRST.saturating_mul(1 << failures.min(16)).min(LONGEST)
}

/// Between a half and the whole of it, so that not all who wait come back together.
fn spread(whole: Duration, entropy: &dyn config::random::Entropy) -> Duration {
    let mut byte = [0];
    entropy.fill(&mut byte);
    whole / 2 + whole.mul_f64(f64::from(byte[0]) / 512.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_an_hour() {
        assert_eq!(backoff(0), Duration::from_secs(2));
        assert_eq!(backoff(3), Duration::from_secs(16));
        assert_eq!(backoff(40), LONGEST);
    }
}
