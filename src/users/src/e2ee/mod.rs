//! Keys for end-to-end encryption (spec "End-to-End Encryption"): the server stores and hands them out, and can read none
//! of what they protect.
//!
//! Promises: a one-time key is given out once, and that it is gone is on disk before anybody has it; what a key says never
//! changes under the same id; private parts of cross-signing (the user-signing key, signatures of other people's keys) are shown
//! to their owner only.

mod claim;
mod cross_signing;
pub(crate) mod key_changes;
mod query;
mod remote;
mod signatures;
pub(crate) mod signing;
mod upload;

pub use self::{
    claim::Claimed,
    cross_signing::SigningKeys,
    key_changes::DeviceLists,
    query::Queried,
    remote::{AskedAt, DeviceChange, RemoteKeys},
    signatures::{Failures, SignatureFailure},
};

use self::key_changes::Recent;
use crate::{core::Core, error::Result, notes::Stale, view::View};
use rooms::ids::DeviceNum;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};
use storage::tables;

/// A key object as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeyRecord {
    /// A JSON object.
    pub(crate) json: String,
}

/// A one-time or fallback key as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct OneTimeRecord {
    /// What follows the algorithm in the key's id.
    id: String,
    /// JSON.
    json: String,
    /// For fallback keys: given out at least once.
    #[serde(default)]
    used: bool,
}

/// What a device has left to be claimed, as /sync tells it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KeyCounts {
    /// By algorithm: one-time keys.
    pub one_time: BTreeMap<String, u64>,
    /// Algorithms with a fallback key that has not been given out.
    pub unused_fallback: Vec<String>,
}

/// Stores and hands out keys.
pub struct Keys {
    core: Arc<Core>,
    counts: View<DeviceNum, Arc<KeyCounts>>,
    recent: Arc<Recent>,
}

impl Keys {
    pub(crate) fn new(core: Arc<Core>) -> Arc<Self> {
        let recent = Arc::new(Recent::new(core.store.visible()));
        core.store.feed(&recent, Recent::observe);
        let keys = Arc::new(Self { core, counts: View::new(20_000), recent });
        let weak = Arc::downgrade(&keys);
        keys.core.on_stale(move |what| {
            if let (Stale::KeyCounts(device), Some(keys)) = (what, weak.upgrade()) {
                keys.counts.forget(&device);
            }
        });
        keys
    }

    /// What a device has left. From memory if it was asked lately.
    pub fn counts(&self, device: DeviceNum) -> Result<Arc<KeyCounts>> {
        self.counts.get(&device, || {
            let mut counts = KeyCounts::default();
            // Clients that use the most common algorithm wait to hear that there are none.
            counts.one_time.insert("signed_curve25519".to_owned(), 0);
            for row in
                self.core.store.scan_prefix_records::<OneTimeRecord, _>(tables::ONE_TIME_KEYS, &device.0)
            {
                let ((_, algorithm, _), _) = row?;
                *counts.one_time.entry(algorithm).or_default() += 1;
            }
            for row in
                self.core.store.scan_prefix_records::<OneTimeRecord, _>(tables::FALLBACK_KEYS, &device.0)
            {
                let ((_, algorithm), key) = row?;
                if !key.used {
                    counts.unused_fallback.push(algorithm);
                }
            }
            Ok(Arc::new(counts))
        })
    }
}
