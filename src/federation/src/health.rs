//! Which servers answer. Those that don't are left in peace for a time that doubles with each failure.

use config::{clock::SharedClock, random::SharedEntropy};
use net::{LONGEST_PAUSE, pause_after};
use parking_lot::Mutex;
use ruma::{OwnedServerName, ServerName};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

/// The most servers that are remembered as silent; beyond it those whose time is up are forgotten.
const MOST: usize = 10_000;

/// That a server does not answer, as it is kept over a restart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Silence {
    failures: u32,
    /// Until when it is left in peace, milliseconds since the epoch.
    until_ms: u64,
}

#[derive(Debug, Clone, Copy)]
struct Silent {
    failures: u32,
    until: Instant,
}

/// The servers that don't answer now.
pub(crate) struct Health {
    silent: Mutex<HashMap<OwnedServerName, Silent>>,
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

    /// Whether the server did not answer when it was last asked.
    pub(crate) fn is_silent(&self, server: &ServerName) -> bool {
        self.silent.lock().contains_key(server)
    }

    /// How many servers did not.
    pub(crate) fn silent(&self) -> usize {
        self.silent.lock().len()
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
        let wait = pause_after(failures, self.entropy.as_ref());
        silent.insert(server.to_owned(), Silent { failures: failures.saturating_add(1), until: now + wait });
        wait
    }

    /// What is to be remembered of a server over a restart.
    pub(crate) fn silence(&self, server: &ServerName) -> Option<Silence> {
        let silent = *self.silent.lock().get(server)?;
        let wait = silent.until.saturating_duration_since(self.clock.monotonic());
        let wait = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        Some(Silence { failures: silent.failures, until_ms: self.clock.now_ms().saturating_add(wait) })
    }

    /// What was remembered over a restart.
    pub(crate) fn restore(&self, server: OwnedServerName, silence: Silence) {
        let wait =
            Duration::from_millis(silence.until_ms.saturating_sub(self.clock.now_ms())).min(LONGEST_PAUSE);
        let until = self.clock.monotonic() + wait;
        self.silent.lock().entry(server).or_insert(Silent { failures: silence.failures, until });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use config::{clock::ManualClock, random::SystemEntropy};
    use ruma::server_name;
    use std::sync::Arc;

    #[test]
    fn a_silence_outlasts_a_restart() {
        let clock = Arc::new(ManualClock::default());
        let open = || Health::new(clock.clone(), Arc::new(SystemEntropy));
        let (before, server) = (open(), server_name!("away.org"));
        assert_eq!(before.silence(server), None);
        for _ in 0..5 {
            before.failed(server);
        }
        let wait = before.wait(server).expect("it is left in peace");
        let after = open();
        after.restore(server.to_owned(), before.silence(server).expect("known"));
        assert!(after.wait(server).expect("still").abs_diff(wait) < Duration::from_millis(2));
        after.failed(server);
        assert!(after.wait(server).expect("longer") > wait);
        after.heard(server);
        assert_eq!(after.wait(server), None);
    }
}
