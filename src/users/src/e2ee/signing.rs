//! Signatures of people's keys over JSON objects (spec appendices, "Signing JSON").

use crate::error::{Result, UserError};
use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use ruma::{
    CanonicalJsonObject, SigningKeyAlgorithm, UserId,
    signatures::{to_canonical_json_string_for_signing, verify_canonical_json_bytes},
};
use serde_json::{Map, Value, value::RawValue};

/// Keys and signatures come with and without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// A JSON object that may be signed.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Signed(pub(crate) Map<String, Value>);

impl Signed {
    pub(crate) fn parse(json: &RawValue) -> Result<Self> {
        serde_json::from_str(json.get()).map(Self).map_err(|error| UserError::BadJson(error.to_string()))
    }

    pub(crate) fn from_stored(json: &str) -> Result<Self> {
        serde_json::from_str(json).map(Self).map_err(UserError::corrupt)
    }

    pub(crate) fn to_stored(&self) -> String {
        Value::Object(self.0.clone()).to_string()
    }

    pub(crate) fn to_raw(&self) -> Result<Box<RawValue>> {
        serde_json::value::to_raw_value(&self.0).map_err(UserError::corrupt)
    }

    /// The signature of `signer` with the key `key_id` (`ed25519:…`).
    pub(crate) fn signature(&self, signer: &UserId, key_id: &str) -> Option<&str> {
        self.0.get("signatures")?.get(signer.as_str())?.get(key_id)?.as_str()
    }

    /// Adds a signature, or replaces one.
    pub(crate) fn add_signature(&mut self, signer: &UserId, key_id: &str, signature: &str) {
        let signatures = object(self.0.entry("signatures").or_insert_with(|| Value::Object(Map::new())));
        let own = object(signatures.entry(signer.as_str()).or_insert_with(|| Value::Object(Map::new())));
        own.insert(key_id.to_owned(), signature.into());
    }

    /// Whether both say the same, apart from who signed it and what servers added.
    pub(crate) fn same_content(&self, other: &Self) -> bool {
        let strip = |of: &Self| {
            let mut map = of.0.clone();
            map.remove("signatures");
            map.remove("unsigned");
            map
        };
        strip(self) == strip(other)
    }

    /// Whether the signature of `signer` with the key is there and right. `public_key` is in base64.
    pub(crate) fn is_signed_by(&self, signer: &UserId, key_id: &str, public_key: &str) -> bool {
        self.signature(signer, key_id).is_some_and(|signature| self.verify(public_key, signature))
    }

    fn verify(&self, public_key: &str, signature: &str) -> bool {
        let Ok(object) = serde_json::from_value::<CanonicalJsonObject>(Value::Object(self.0.clone())) else {
            return false;
        };
        let Ok(text) = to_canonical_json_string_for_signing(&object) else { return false };
        let (Ok(key), Ok(signature)) = (BASE64.decode(public_key), BASE64.decode(signature)) else {
            return false;
        };
        verify_canonical_json_bytes(&SigningKeyAlgorithm::Ed25519, &key, &signature, text.as_bytes()).is_ok()
    }

    /// The one key of a cross-signing key: its id and itself.
    pub(crate) fn only_key(&self) -> Option<(&str, &str)> {
        let keys = self.0.get("keys")?.as_object()?;
        let (id, key) = keys.iter().next().filter(|_| keys.len() == 1)?;
        Some((id, key.as_str()?))
    }

    /// The public key with this id.
    pub(crate) fn key(&self, id: &str) -> Option<&str> {
        self.0.get("keys")?.get(id)?.as_str()
    }
}

/// The value as an object, made one if it is something else.
fn object(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().expect("it was just made an object")
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use ruma::{
        signatures::{Ed25519KeyPair, sign_json},
        user_id,
    };
    use serde_json::json;

    /// A key pair whose key id is `ed25519:NAME`.
    pub(crate) fn pair(name: &str) -> Ed25519KeyPair {
        let der = Ed25519KeyPair::generate();
        Ed25519KeyPair::from_der(&der, name.to_owned()).expect("just made")
    }

    pub(crate) fn public(pair: &Ed25519KeyPair) -> String {
        base64::prelude::BASE64_STANDARD_NO_PAD.encode(pair.public_key())
    }

    pub(crate) fn sign(value: &Value, signer: &UserId, pair: &Ed25519KeyPair) -> Value {
        let mut object: CanonicalJsonObject = serde_json::from_value(value.clone()).expect("canonical");
        sign_json(signer.as_str(), pair, &mut object).expect("signed");
        serde_json::to_value(object).expect("json")
    }

    #[test]
    fn a_signature_covers_all_but_signatures_and_unsigned() {
        let (me, key) = (user_id!("@me:here"), pair("K"));
        let value = sign(&json!({"a": 1, "unsigned": {"x": 1}}), me, &key);
        let mut signed = Signed(value.as_object().expect("object").clone());
        signed.0.insert("unsigned".into(), json!({"y": 2}));
        signed.add_signature(user_id!("@you:here"), "ed25519:Z", "abc");
        assert!(signed.is_signed_by(me, "ed25519:K", &public(&key)));
        assert!(!signed.is_signed_by(me, "ed25519:K", &public(&pair("K"))), "another key");
        assert!(!signed.is_signed_by(me, "ed25519:L", &public(&key)), "no such signature");
        signed.0.insert("a".into(), json!(2));
        assert!(!signed.is_signed_by(me, "ed25519:K", &public(&key)), "another content");
        assert!(!signed.is_signed_by(me, "ed25519:K", "short"));
    }
}
