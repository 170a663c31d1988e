//! Signatures and hashes of received events.

use std::collections::BTreeMap;

use ruma::{
    RoomVersionId, UInt,
    canonical_json::CanonicalJsonObject,
    serde::Base64,
    signatures::{self, PublicKeyMap},
};
use serde_json::{Value, json};

use super::*;
use crate::{
    RoomVersion,
    testing::{TestRoom, signing_key},
};

fn known(server: &ServerName, id: &str) -> Option<VerifyKey> {
    let key = signing_key(server);
    (key.key_id() == id).then(|| VerifyKey { key: key.public_key(), valid_until: None })
}

fn changed(pdu: &Pdu, change: impl FnOnce(&mut Value)) -> Pdu {
    let mut value: Value = serde_json::from_str(pdu.json()).expect("JSON");
    change(&mut value);
    let canonical =
        crate::canonical::canonicalize(value.to_string().as_bytes(), crate::canonical::Numbers::Any)
            .expect("JSON");
    Pdu::from_stored(pdu.event_id().to_owned(), canonical).expect("an event")
}

#[test]
fn our_events_verify_here_and_with_ruma() {
    for version in RoomVersion::SUPPORTED {
        let room = TestRoom::public(version, "@alice:a");
        for pdu in room.events() {
            assert_eq!(check_hash_and_signatures(&pdu, room.rules(), known), Ok(Verified::All), "{version}");
            let key = signing_key(pdu.sender().server_name());
            let keys = BTreeMap::from([(key.key_id().to_owned(), Base64::new(key.public_key().to_vec()))]);
            let map = PublicKeyMap::from([(key.server_name().to_string(), keys)]);
            let object: CanonicalJsonObject = serde_json::from_str(pdu.json()).expect("canonical JSON");
            let verified = signatures::verify_event(&map, &object, room.rules()).expect("signed");
            assert_eq!(verified, signatures::Verified::All, "{version}");
        }
    }
}

#[test]
fn redacted_and_changed_events_count_as_redacted() {
    for version in RoomVersion::SUPPORTED {
        let mut room = TestRoom::public(version, "@alice:a");
        let pdu = room.message("@alice:a", "secret").valid();
        let redacted = redact(&pdu, room.rules()).expect("redacted");
        assert_eq!(redacted.content_json(), "{}");
        for event in [redacted.clone(), changed(&pdu, |event| event["content"]["body"] = "forged".into())] {
            assert_eq!(
                check_hash_and_signatures(&event, room.rules(), known),
                Ok(Verified::Redacted(redacted.clone())),
                "{version}"
            );
        }
        if !room.rules().event_format.require_event_id {
            assert_eq!(
                Pdu::from_json(redacted.json(), room.rules()).as_ref(),
                Ok(&redacted),
                "same id: {version}"
            );
        }
    }
}

#[test]
fn bad_signatures_are_told_apart() {
    let mut room = TestRoom::public(&RoomVersionId::V10, "@alice:a");
    let pdu = room.message("@alice:a", "hi").valid();
    let check = |pdu: &Pdu| check_hash_and_signatures(pdu, room.rules(), known);
    let server = ruma::owned_server_name!("a");
    assert_eq!(
        check(&changed(&pdu, |event| event["signatures"] = json!({}))),
        Err(VerifyError::Unsigned(server.clone()))
    );
    assert_eq!(
        check(&changed(&pdu, |event| event["signatures"]["a"] =
            json!({ "ed25519:other": "x", "rsa:test": "y" }))),
        Err(VerifyError::UnknownKey(server.clone()))
    );
    for forged in [
        changed(&pdu, |event| event["depth"] = 99.into()),
        changed(&pdu, |event| event["signatures"]["a"]["ed25519:test"] = "AAAA".into()),
        changed(&pdu, |event| event["signatures"]["a"]["ed25519:test"] = 1.into()),
    ] {
        assert_eq!(check(&forged), Err(VerifyError::WrongSignature(server.clone())));
    }
}

#[test]
fn keys_expire_from_version_5_on() {
    for (version, expires) in [(RoomVersionId::V4, false), (RoomVersionId::V5, true)] {
        let room = TestRoom::public(&version, "@alice:a");
        let pdu = room.events().remove(1);
        let until = |time: UInt| {
            check_hash_and_signatures(&pdu, room.rules(), |server, id| {
                let valid_until = Some(MilliSecondsSinceUnixEpoch(time));
                known(server, id).map(|key| VerifyKey { valid_until, ..key })
            })
        };
        let sent = pdu.origin_server_ts().0;
        assert!(until(sent).is_ok());
        assert_eq!(until(sent - UInt::from(1_u8)).is_err(), expires, "{version}");
    }
}

#[test]
fn who_must_sign() {
    let mut room = TestRoom::public(&RoomVersionId::V8, "@alice:a");
    let servers = |pdu: &Pdu, room: &TestRoom| {
        let servers = required_signatures(pdu, room.rules()).expect("well-formed");
        servers.into_iter().map(|server| server.to_string()).collect::<Vec<_>>()
    };
    let join = json!({ "membership": "join", "join_authorised_via_users_server": "@alice:a" });
    let restricted = room.state("@bob:b", "m.room.member", "@bob:b", join.clone()).seal();
    assert_eq!(servers(&restricted, &room), ["a", "b"]);
    let signed =
        signing_key(ruma::server_name!("a")).add_signature(&restricted, room.rules()).expect("signed");
    assert_eq!(check_hash_and_signatures(&signed, room.rules(), known), Ok(Verified::All));
    assert_eq!(signed.event_id(), restricted.event_id());

    let invite = json!({ "membership": "invite", "third_party_invite": { "signed": {} } });
    let by_mail = room.state("@alice:a", "m.room.member", "@bob:b", invite).seal();
    assert!(servers(&by_mail, &room).is_empty());

    let mut old = TestRoom::public(&RoomVersionId::V2, "@alice:a");
    let event = old.state("@bob:b", "m.room.member", "@bob:b", join).seal();
    let elsewhere = changed(&event, |_| ());
    let elsewhere = Pdu::from_stored("$x:c".try_into().expect("an id"), elsewhere.json()).expect("an event");
    assert_eq!(servers(&elsewhere, &old), ["b", "c"]);
}

#[test]
fn a_countersignature_is_one_of_the_very_event() {
    for version in RoomVersion::SUPPORTED {
        let mut room = TestRoom::public(version, "@alice:a");
        let invite = room.member("@alice:a", "@bob:b", "invite").valid();
        let rules = room.rules().clone();
        let b = ruma::owned_server_name!("b");
        let sign = |pdu: &Pdu| signing_key(&b).add_signature(pdu, &rules).expect("signed");
        let take = |copy: &Pdu| countersigned(&invite, (&b, copy.json()), &rules, known);
        let signed = sign(&invite);
        assert_eq!(take(&signed).as_ref().map(Pdu::json), Ok(signed.json()), "{version}");
        // What else the copy says does not matter, and does not come in.
        let more = changed(&signed, |event| {
            event["unsigned"] = json!({"by": "b"});
            event["signatures"]["b"]["ed25519:unknown"] = json!("c2lnbmF0dXJl");
            event["signatures"]["c"] = json!({"ed25519:x": 5});
        });
        assert_eq!(take(&more).as_ref().map(Pdu::json), Ok(signed.json()), "{version}");
        assert_eq!(take(&invite), Err(VerifyError::Unsigned(b.clone())));
        let other = sign(&changed(&invite, |event| event["state_key"] = "@eve:b".into()));
        assert_eq!(take(&other), Err(VerifyError::WrongSignature(b.clone())));
        let unknown = changed(&signed, |event| {
            event["signatures"]["b"] = json!({"ed25519:unknown": "c2lnbmF0dXJl"});
        });
        assert_eq!(take(&unknown), Err(VerifyError::UnknownKey(b.clone())));
    }
}
