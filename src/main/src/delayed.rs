//! Puts the keeper of delayed events together from the settings.

use ::delayed::{Delayed, DelayedDeps, Settings};
use config::{Config, clock::SharedClock, random::SharedEntropy};
use std::sync::Arc;
use storage::Store;

pub(crate) fn open(config: &Config, store: &Store, clock: &SharedClock, entropy: &SharedEntropy) -> Delayed {
    let limits = &config.delayed_events;
    Delayed::open(DelayedDeps {
        store: store.clone(),
        clock: Arc::clone(clock),
        entropy: Arc::clone(entropy),
        settings: Settings {
            max_delay: limits.max_delay.duration(),
            max_scheduled: usize::from(limits.max_scheduled),
        },
    })
}
