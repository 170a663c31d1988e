//! What this server signs with, and what it tells others of it.

use config::clock::Clock;
use events::SigningKey;
use ruma::{CanonicalJsonValue, canonical_json::CanonicalJsonObject, serde::Base64};
use serde_json::json;
use std::sync::Arc;

/// How long others may rely on what they are told, in milliseconds.
const VALID_MS: u64 = 24 * 3600 * 1000;

/// A key that this server does not sign with any more.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OldKey {
    /// `ed25519:VERSION`.
    pub id: String,
    /// The public key.
    pub key: [u8; 32],
    /// When it was last used, milliseconds since the epoch.
    pub expired_ms: u64,
}

/// This server's keys.
#[derive(Debug)]
pub struct OwnKeys {
    /// What it signs with.
    pub current: Arc<SigningKey>,
    /// What it signed with before.
    pub old: Vec<OldKey>,
}

impl OwnKeys {
    /// What others are told, signed (`GET /_matrix/key/v2/server`).
    ///
    /// # Errors
    /// None, unless the key's id is damaged.
    pub fn told(&self, clock: &dyn Clock) -> Result<CanonicalJsonObject, events::PduError> {
        let key = &self.current;
        let old = self
            .old
            .iter()
            .map(|old| (old.id.clone(), json!({ "expired_ts": old.expired_ms, "key": base64(&old.key) })));
        let told = json!({
            "server_name": key.server_name(),
            "valid_until_ts": clock.now_ms() + VALID_MS,
            "verify_keys": { key.key_id(): { "key": base64(&key.public_key()) } },
            "old_verify_keys": old.collect::<serde_json::Map<_, _>>(),
        });
        let told = CanonicalJsonValue::try_from(told)
            .map_err(|error| events::PduError::Format(error.to_string()))?;
        let CanonicalJsonValue::Object(mut told) = told else {
            return Err(events::PduError::Format("the keys are no object".to_owned()));
        };
        key.sign_json(&mut told)?;
        Ok(told)
    }
}

fn base64(bytes: &[u8]) -> String {
    Base64::<ruma::serde::base64::Standard, _>::new(bytes.to_vec()).encode()
}
