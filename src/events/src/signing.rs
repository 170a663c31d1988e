//! The server's signing key, and signatures on events and other JSON.

use std::fmt;

use ruma::{
    OwnedServerName, ServerName,
    canonical_json::CanonicalJsonObject,
    room_version_rules::RoomVersionRules,
    signatures::{Ed25519KeyPair, KeyPair, sign_json},
};

use crate::{
    Pdu, PduError,
    fields::{Fields, ObjectWriter},
    hash,
};

/// What comes before the 32 secret bytes in the PKCS#8 form of an ed25519 key (RFC 8410).
const PKCS8_PREFIX: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// An ed25519 key of one server.
pub struct SigningKey {
    server_name: OwnedServerName,
    pair: Ed25519KeyPair,
    /// `ed25519:VERSION`.
    key_id: String,
    seed: [u8; 32],
}

/// Why stored bytes are no key.
#[derive(Debug, thiserror::Error)]
#[error("not a signing key: {0}")]
pub struct KeyError(String);

impl SigningKey {
    /// The key made of 32 random bytes. `version` names it among the server's keys and is of `[a-zA-Z0-9_]`.
    pub fn from_seed(server_name: OwnedServerName, version: &str, seed: [u8; 32]) -> Result<Self, KeyError> {
        if version.is_empty() || !version.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return Err(KeyError(format!("`{version}` is no key version")));
        }
        let document = [PKCS8_PREFIX.as_slice(), &seed].concat();
        let pair = Ed25519KeyPair::from_der(&document, version.to_owned())
            .map_err(|error| KeyError(error.to_string()))?;
        Ok(Self { server_name, pair, key_id: format!("ed25519:{version}"), seed })
    }

    /// Reads what [`SigningKey::to_bytes`] wrote.
    pub fn from_bytes(server_name: OwnedServerName, bytes: &[u8]) -> Result<Self, KeyError> {
        let (seed, version) =
            bytes.split_first_chunk::<32>().ok_or_else(|| KeyError("too short".to_owned()))?;
        let version = std::str::from_utf8(version).map_err(|error| KeyError(error.to_string()))?;
        Self::from_seed(server_name, version, *seed)
    }

    /// The secret and the version, to be stored where nobody else reads.
    pub fn to_bytes(&self) -> Vec<u8> {
        [self.seed.as_slice(), self.version().as_bytes()].concat()
    }

    /// Whose key it is.
    pub fn server_name(&self) -> &ServerName {
        &self.server_name
    }

    /// `ed25519:VERSION`.
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// What follows `ed25519:` in the id.
    pub fn version(&self) -> &str {
        self.pair.version()
    }

    /// The public half.
    pub fn public_key(&self) -> [u8; 32] {
        self.pair.public_key()
    }

    /// The key pair as ruma's functions take it, such as those that sign federation requests.
    pub fn pair(&self) -> &Ed25519KeyPair {
        &self.pair
    }

    /// Signs bytes; the signature in unpadded base64.
    pub fn sign(&self, message: &[u8]) -> String {
        self.pair.sign(message).base64()
    }

    /// Adds the server's signature to a JSON object that is no event (appendices, "Signing JSON").
    ///
    /// # Errors
    /// When the object has a `signatures` field of another form.
    pub fn sign_json(&self, object: &mut CanonicalJsonObject) -> Result<(), PduError> {
        sign_json(self.server_name.as_str(), &self.pair, object)
            .map_err(|error| PduError::format(error.to_string()))
    }

    /// The event with this server's signature besides those it has, as for invites that other servers sent here.
    /// The event id stays.
    ///
    /// # Errors
    /// Only when the stored event is damaged.
    pub fn add_signature(&self, pdu: &Pdu, rules: &RoomVersionRules) -> Result<Pdu, PduError> {
        let fields = Fields::of(pdu.json())?;
        let signature = self.sign(hash::signed_text(&fields, &pdu.kind().to_string(), rules)?.as_bytes());
        let all = Fields::of(fields.get("signatures").unwrap_or("{}"))?;
        let own = Fields::of(all.get(self.server_name.as_str()).unwrap_or("{}"))?
            .with(&self.key_id, &format!("\"{signature}\""));
        let json = fields.with("signatures", &all.with(self.server_name.as_str(), &own));
        Ok(Pdu::from_stored(pdu.event_id().to_owned(), json)?.rejected_as(pdu.is_rejected()))
    }

    /// `{"SERVER":{"ed25519:VERSION":"SIGNATURE"}}`.
    pub(crate) fn signatures_object(&self, signature: &str) -> String {
        let mut own = ObjectWriter::new(String::new());
        own.string(&self.key_id, signature);
        let mut all = ObjectWriter::new(String::new());
        all.entry(self.server_name.as_str(), &own.finish());
        all.finish()
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("server_name", &self.server_name)
            .field("key_id", &self.key_id)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
