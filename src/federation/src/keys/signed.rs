//! Signatures on JSON that is no event (appendices, "Checking for a Signature").

use ruma::{
    CanonicalJsonValue, ServerName,
    canonical_json::CanonicalJsonObject,
    serde::Base64,
    signatures::{PublicKeyMap, PublicKeySet, verify_json},
};

/// Whether `server` signed the object with one of these keys, and with none of them wrongly.
pub(crate) fn is_signed_by(
    object: &CanonicalJsonObject,
    server: &ServerName,
    keys: impl IntoIterator<Item = (String, [u8; 32])>,
) -> bool {
    let keys: PublicKeySet = keys.into_iter().map(|(id, key)| (id, Base64::new(key.to_vec()))).collect();
    let Some(CanonicalJsonValue::Object(all)) = object.get("signatures") else { return false };
    let Some(own) = all.get(server.as_str()) else { return false };
    // What others signed is not looked at here.
    let mut object = object.clone();
    let only = CanonicalJsonObject::from([(server.to_string(), own.clone())]);
    object.insert("signatures".to_owned(), only.into());
    verify_json(&PublicKeyMap::from([(server.to_string(), keys)]), &object).is_ok()
}
