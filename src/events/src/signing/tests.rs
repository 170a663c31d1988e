//! The specification's test vectors (appendices, "Cryptographic Test Vectors").

use ruma::{RoomVersionId, owned_server_name};
use serde_json::json;

use super::*;
use crate::{
    RoomVersion,
    canonical::{Numbers, canonicalize},
};

fn vector_key() -> SigningKey {
    let seed = hash::unbase64("YJDBA9Xnr2sVqXD9Vj7XVUnmFZcZrlw8Md7kMW+3XA1").expect("base64");
    SigningKey::from_seed(owned_server_name!("domain"), "1", seed.try_into().expect("32 bytes"))
        .expect("a key")
}

#[test]
fn signing_json() {
    for (object, signature) in [
        (json!({}), "K8280/U9SSy9IVtjBuVeLr+HpOB4BQFWbg+UZaADMtTdGYI7Geitb76LTrr5QV/7Xg4ahLwYGYZzuHGZKM5ZAQ"),
        (
            json!({ "one": 1, "two": "Two" }),
            "KqmLSbO39/Bzb0QIYE82zqLwsA+PDzYIpIRA2sRQ4sL53+sN6/fpNSoqE7BP7vBZhG6kYdD13EIMJpvhJI+6Bw",
        ),
    ] {
        let mut signed: CanonicalJsonObject = serde_json::from_value(object.clone()).expect("canonical");
        vector_key().sign_json(&mut signed).expect("signed");
        let mut expected = object;
        expected["signatures"] = json!({ "domain": { "ed25519:1": signature } });
        assert_eq!(serde_json::to_value(signed).expect("JSON"), expected);
    }
}

/// Hash and signature of an event that is not complete.
fn hash_and_sign(event: &serde_json::Value) -> (String, String) {
    let rules = RoomVersion::rules(&RoomVersionId::V5).expect("supported");
    let text = canonicalize(event.to_string().as_bytes(), Numbers::Any).expect("canonical");
    let fields = Fields::of(&text).expect("an object");
    let digest = hash::base64(&hash::content_hash(&fields));
    let hashed = fields.with("hashes", &json!({ "sha256": digest }).to_string());
    let kind = event["type"].as_str().expect("a type");
    let signed = hash::signed_text(&Fields::of(&hashed).expect("an object"), kind, &rules).expect("text");
    (digest, vector_key().sign(signed.as_bytes()))
}

#[test]
fn signing_events() {
    let minimal = json!({
        "room_id": "!x:domain", "sender": "@a:domain", "origin": "domain", "origin_server_ts": 1_000_000,
        "signatures": {}, "hashes": {}, "type": "X", "content": {}, "prev_events": [], "auth_events": [],
        "depth": 3, "unsigned": { "age_ts": 1_000_000 }
    });
    assert_eq!(
        hash_and_sign(&minimal),
        (
            "5jM4wQpv6lnBo7CLIghJuHdW+s2CMBJPUOGOC89ncos".to_owned(),
            "KxwGjPSDEtvnFgU00fwFz+l6d2pJM6XBIaMEn81SXPTRl16AqLAYqfIReFGZlHi5KLjAWbOoMszkwsQma+lYAg"
                .to_owned(),
        )
    );
    let redactable = json!({
        "content": { "body": "Here is the message content" }, "event_id": "$0:domain", "origin": "domain",
        "origin_server_ts": 1_000_000, "type": "m.room.message", "room_id": "!r:domain", "sender": "@u:domain",
        "signatures": {}, "unsigned": { "age_ts": 1_000_000 }
    });
    assert_eq!(
        hash_and_sign(&redactable),
        (
            "onLKD1bGljeBWQhWZ1kaP9SorVmRQNdN5aM2JYU2n/g".to_owned(),
            "Wm+VzmOUOz08Ds+0NTWb1d4CZrVsJSikkeRxh6aCcUwu6pNC78FunoD7KNWzqFn241eYHYMGCA5McEiVPdhzBA"
                .to_owned(),
        )
    );
}

#[test]
fn keys_survive_storage_and_refuse_what_is_none() {
    let key = vector_key();
    let again = SigningKey::from_bytes(owned_server_name!("domain"), &key.to_bytes()).expect("a key");
    assert_eq!(again.public_key(), key.public_key());
    assert_eq!(again.key_id(), "ed25519:1");
    assert_eq!(hash::base64(&key.public_key()), "XGX0JRS2Af3be3knz2fBiRbApjm2Dh61gXDJA8kcJNI");
    assert!(SigningKey::from_bytes(owned_server_name!("domain"), &[1; 32]).is_err());
    assert!(SigningKey::from_seed(owned_server_name!("domain"), "a:b", [1; 32]).is_err());
    assert!(!format!("{key:?}").contains("seed"));
}
