//! What a server, or a notary in its place, says of the server's keys.

use super::is_signed_by;
use ruma::{
    OwnedServerName, ServerName, api::federation::discovery::ServerSigningKeys,
    canonical_json::CanonicalJsonObject, serde::Raw,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The longest that keys are believed without asking again, in milliseconds (spec: seven days).
const MOST_MS: u64 = 7 * 24 * 3600 * 1000;
/// The most keys of one server; a sensible one has a handful.
const MOST_KEYS: usize = 100;

/// A key of another server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredKey {
    pub(super) key: [u8; 32],
    /// Until when it signs, milliseconds since the epoch.
    pub(super) until_ms: u64,
}

/// A row of `SERVER_KEYS`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredKeys {
    /// By id, those of the past too.
    pub(super) keys: BTreeMap<String, StoredKey>,
    /// What the server told last, signed by it.
    pub(super) told: String,
    /// Until when that is good.
    pub(super) until_ms: u64,
    /// When it was had.
    pub(super) fetched_ms: u64,
}

/// Reads what was told and checks that the server signed it itself.
pub(super) fn read(
    told: &Raw<ServerSigningKeys>,
    now_ms: u64,
) -> Result<(OwnedServerName, StoredKeys), &'static str> {
    let keys = told.deserialize().map_err(|_| "it is malformed")?;
    let object: CanonicalJsonObject =
        serde_json::from_str(told.json().get()).map_err(|_| "it is no canonical JSON")?;
    if keys.verify_keys.len() + keys.old_verify_keys.len() > MOST_KEYS {
        return Err("it names too many keys");
    }
    let current: BTreeMap<String, [u8; 32]> = keys
        .verify_keys
        .iter()
        .filter_map(|(id, key)| Some((id.to_string(), <[u8; 32]>::try_from(key.key.as_bytes()).ok()?)))
        .filter(|(id, _)| id.starts_with("ed25519:"))
        .collect();
    if !is_signed_by(&object, &keys.server_name, current.clone()) {
        return Err("the server did not sign it");
    }
    let until_ms = u64::from(keys.valid_until_ts.get()).min(now_ms.saturating_add(MOST_MS));
    let old = keys.old_verify_keys.iter().filter_map(|(id, old)| {
        let key = <[u8; 32]>::try_from(old.key.as_bytes()).ok()?;
        Some((id.to_string(), StoredKey { key, until_ms: old.expired_ts.get().into() }))
    });
    let mut all: BTreeMap<String, StoredKey> = old.collect();
    all.extend(current.into_iter().map(|(id, key)| (id, StoredKey { key, until_ms })));
    let stored = StoredKeys { keys: all, told: told.json().get().to_owned(), until_ms, fetched_ms: now_ms };
    Ok((keys.server_name, stored))
}

/// Whether a notary signed what it passed on.
pub(super) fn is_passed_on_by(
    told: &Raw<ServerSigningKeys>,
    notary: &ServerName,
    keys: impl IntoIterator<Item = (String, [u8; 32])>,
) -> bool {
    let object = serde_json::from_str::<CanonicalJsonObject>(told.json().get());
    object.is_ok_and(|object| is_signed_by(&object, notary, keys))
}

impl StoredKeys {
    /// Takes over the keys that the server had before and does not tell of now.
    pub(super) fn after(mut self, before: Option<&Self>) -> Self {
        for (id, key) in before.into_iter().flat_map(|before| &before.keys) {
            if self.keys.len() >= MOST_KEYS {
                break;
            }
            self.keys.entry(id.clone()).or_insert_with(|| key.clone());
        }
        self
    }
}
