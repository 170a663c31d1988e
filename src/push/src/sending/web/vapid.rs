//! Who this server is to push services (RFC 8292): a key pair that is made at the first start and stays, as browsers subscribe
//! to it.

use super::encrypt::{secret_key, uncompressed};
use crate::PushError;
use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use config::random::Entropy;
use p256::{
    SecretKey,
    ecdsa::{Signature, SigningKey, signature::Signer},
};
use serde_json::json;
use storage::{Commit, Durability, Store, tables};

/// The row of `META` with the private key.
const KEY: &str = "vapid_key";
/// How long a signature is good, in seconds; the standard allows a day.
const GOOD_FOR: u64 = 12 * 3600;

/// Signs for this server.
pub(crate) struct Vapid {
    key: SigningKey,
    /// In the form that browsers take: uncompressed, base64url without padding.
    public: String,
    /// How whoever runs this server is reached, as an address.
    contact: String,
}

impl Vapid {
    /// The key of these data, made if there is none yet.
    pub(crate) async fn open(
        store: &Store,
        entropy: &dyn Entropy,
        contact: String,
    ) -> Result<Self, PushError> {
        let known = store.get(tables::META, &KEY.to_owned())?;
        let key = if let Some(bytes) = known {
            SecretKey::from_slice(&bytes).map_err(|_| PushError::Damaged("the key for Web Push"))?
        } else {
            let key = secret_key(entropy);
            let mut commit = Commit::new(Durability::Sync).positions(0);
            commit.put(tables::META, &KEY.to_owned(), &key.to_bytes().to_vec().into());
            store.commit(commit).await?;
            key
        };
        let public = BASE64_URL_SAFE_NO_PAD.encode(uncompressed(&key.public_key()));
        Ok(Self { key: SigningKey::from(&key), public, contact })
    }

    pub(crate) fn public(&self) -> &str {
        &self.public
    }

    /// The `Authorization` of a request to the push service with this origin, at a time in seconds since the epoch.
    pub(super) fn header(&self, origin: &str, now: u64) -> String {
        let claims = json!({ "aud": origin, "exp": now.saturating_add(GOOD_FOR), "sub": self.contact });
        let encode = |text: &str| BASE64_URL_SAFE_NO_PAD.encode(text);
        let signed = format!("{}.{}", encode(r#"{"typ":"JWT","alg":"ES256"}"#), encode(&claims.to_string()));
        let signature: Signature = self.key.sign(signed.as_bytes());
        let signature = BASE64_URL_SAFE_NO_PAD.encode(signature.to_bytes());
        format!("vapid t={signed}.{signature}, k={}", self.public)
    }
}
