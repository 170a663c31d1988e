//! Format and limits of events from outside, and event ids.

use ruma::{
    RoomVersionId,
    canonical_json::CanonicalJsonObject,
    signatures::{content_hash, reference_hash},
};
use serde_json::{Value, json};

use super::*;
use crate::{RoomVersion, testing::TestRoom};

fn rules(version: &RoomVersionId) -> RoomVersionRules {
    RoomVersion::rules(version).expect("supported")
}

/// A message as another server of a version 6 room might send it.
fn message() -> Value {
    json!({
        "type": "m.room.message", "room_id": "!r:a", "sender": "@alice:a", "origin_server_ts": 1, "depth": 5,
        "content": { "body": "hi" }, "prev_events": ["$p"], "auth_events": ["$a"],
        "hashes": { "sha256": "x" }, "signatures": { "a": { "ed25519:1": "y" } },
    })
}

fn parse(event: &Value, version: &RoomVersionId) -> Result<Pdu, PduError> {
    Pdu::from_json(event.to_string(), &rules(version))
}

fn with(key: &str, value: impl Into<Value>) -> Value {
    let mut event = message();
    event[key] = value.into();
    event
}

#[test]
fn fields_are_read() {
    let event = with("unsigned", json!({ "age": 1 }));
    let pdu = parse(&event, &RoomVersionId::V6).expect("an event");
    assert_eq!(pdu.room_id(), "!r:a");
    assert_eq!(pdu.sender(), "@alice:a");
    assert_eq!(pdu.kind(), &TimelineEventType::RoomMessage);
    assert_eq!((pdu.state_key(), pdu.depth()), (None, 5));
    assert_eq!(pdu.content_json(), r#"{"body":"hi"}"#);
    assert_eq!(pdu.content().get(), r#"{"body":"hi"}"#);
    assert_eq!((pdu.prev_events()[0].as_str(), pdu.auth_events()[0].as_str()), ("$p", "$a"));
    assert!(!pdu.json().contains("unsigned"));
    let again = Pdu::from_stored(pdu.event_id().to_owned(), pdu.json()).expect("the same event");
    assert_eq!(again, pdu);
    assert_eq!(Pdu::from_json(pdu.json(), &rules(&RoomVersionId::V6)), Ok(pdu));
}

#[test]
fn sizes_are_limited() {
    let fill = |size: usize| with("content", json!({ "body": "x".repeat(size) }));
    let base = parse(&fill(0), &RoomVersionId::V6).expect("an event").json().len();
    assert_eq!(parse(&fill(MAX_BYTES - base), &RoomVersionId::V6).expect("an event").json().len(), MAX_BYTES);
    assert!(matches!(
        parse(&fill(MAX_BYTES - base + 1), &RoomVersionId::V6),
        Err(PduError::TooLarge { what: "the event", .. })
    ));
    for key in ["type", "state_key"] {
        let sized = |text: String, version| parse(&with(key, text), version);
        let is_too_large = |read| matches!(read, Err(PduError::TooLarge { .. }));
        for version in [&RoomVersionId::V10, &RoomVersionId::V11] {
            assert!(sized("x".repeat(255), version).is_ok(), "{key}");
            assert!(is_too_large(sized("x".repeat(256), version)), "{key}");
        }
        assert!(sized("é".repeat(255), &RoomVersionId::V10).is_ok(), "{key}: characters in old rooms");
        assert!(is_too_large(sized("é".repeat(128), &RoomVersionId::V11)), "{key}: bytes in newer ones");
    }
    for (key, most) in [("prev_events", MAX_PREV_EVENTS), ("auth_events", MAX_AUTH_EVENTS)] {
        let ids = |count: usize| (0..count).map(|id| format!("$e{id}")).collect::<Vec<_>>();
        assert!(parse(&with(key, ids(most)), &RoomVersionId::V6).is_ok(), "{key}");
        assert!(
            matches!(parse(&with(key, ids(most + 1)), &RoomVersionId::V6), Err(PduError::TooLarge { .. })),
            "{key}"
        );
    }
}

#[test]
fn malformed_events_are_none() {
    for (key, value) in [
        ("depth", json!(-1)),
        ("depth", json!("1")),
        ("depth", json!(9_007_199_254_740_992_i64)),
        ("origin_server_ts", json!(-1)),
        ("origin_server_ts", Value::Null),
        ("sender", json!("alice")),
        ("sender", json!(1)),
        ("room_id", json!("r:a")),
        ("type", json!(1)),
        ("state_key", Value::Null),
        ("content", json!([])),
        ("hashes", json!("x")),
        ("signatures", json!([])),
        ("prev_events", json!("$a")),
        ("prev_events", json!([["$a", {}]])),
        ("auth_events", json!([1])),
        ("content", json!({ "x": 1.5 })),
    ] {
        let result = parse(&with(key, value.clone()), &RoomVersionId::V6);
        assert!(matches!(result, Err(PduError::Format(_))), "{key}: {value}");
    }
    for key in ["content", "hashes", "signatures", "sender", "type", "room_id", "depth", "prev_events"] {
        let mut event = message();
        event.as_object_mut().expect("an object").remove(key);
        assert!(parse(&event, &RoomVersionId::V6).is_err(), "{key}");
    }
    for text in ["", "[]", "{", "{\"type\":1}", "null"] {
        assert!(Pdu::from_json(text, &rules(&RoomVersionId::V6)).is_err(), "{text}");
    }
}

#[test]
fn other_numbers_are_for_room_versions_up_to_5() {
    let event = with("content", json!({ "x": 1.5 }));
    assert!(parse(&event, &RoomVersionId::V5).is_ok());
    assert!(parse(&event, &RoomVersionId::V6).is_err());
}

#[test]
fn references_and_ids_have_the_form_of_the_version() {
    let mut old = message();
    old["prev_events"] = json!([["$p:a", { "sha256": "x" }]]);
    old["auth_events"] = json!([["$a:a", {}]]);
    assert!(parse(&old, &RoomVersionId::V2).is_err(), "no event id");
    old["event_id"] = "$e:a".into();
    assert_eq!(parse(&old, &RoomVersionId::V2).expect("an event").event_id(), "$e:a");
    old["event_id"] = "$e".into();
    assert!(parse(&old, &RoomVersionId::V2).is_err(), "an event id without a server");
    assert!(parse(&old, &RoomVersionId::V3).is_err(), "references with hashes");
    assert!(parse(&message(), &RoomVersionId::V1).is_err(), "references without hashes");

    let v3 = parse(&message(), &RoomVersionId::V3).expect("an event").event_id().to_string();
    let v4 = parse(&message(), &RoomVersionId::V4).expect("an event").event_id().to_string();
    assert_eq!(v3.replace('+', "-").replace('/', "_"), v4);
    assert_eq!(v4.len(), 44);
}

#[test]
fn in_version_12_the_create_event_is_the_room() {
    let room = TestRoom::public(&RoomVersionId::V12, "@alice:a");
    let create = room.events().remove(0);
    assert!(!create.json().contains("room_id"));
    assert_eq!(create.room_id().as_str().strip_prefix('!'), create.event_id().as_str().strip_prefix('$'));
    let mut event = message();
    event["room_id"] = create.room_id().as_str().into();
    assert!(parse(&event, &RoomVersionId::V12).is_ok());
    event["auth_events"] = json!([create.event_id()]);
    assert!(parse(&event, &RoomVersionId::V12).is_err(), "the create event authorizes implicitly");
    assert!(parse(&event, &RoomVersionId::V11).is_ok());
}

#[test]
fn hashes_agree_with_ruma_in_every_version() {
    for version in RoomVersion::SUPPORTED {
        let room = TestRoom::public(version, "@alice:a");
        for pdu in room.events() {
            let object: CanonicalJsonObject = serde_json::from_str(pdu.json()).expect("canonical JSON");
            let reference = reference_hash(&object, room.rules()).expect("a hash");
            if room.rules().event_format.require_event_id {
                assert_eq!(pdu.reference_hash(room.rules()), Ok(reference));
            } else {
                assert_eq!(pdu.event_id().as_str(), format!("${reference}"), "{version}");
            }
            let content = content_hash(&object).expect("a hash").encode();
            assert!(pdu.json().contains(&format!(r#""sha256":"{content}""#)), "{version}");
            assert_eq!(Pdu::from_json(pdu.json(), room.rules()).as_ref(), Ok(&pdu));
        }
    }
}

#[test]
fn what_is_redacted_stands_where_the_version_puts_it() {
    let mut event = with("redacts", "$top");
    event["type"] = "m.room.redaction".into();
    event["content"] = json!({ "redacts": "$content" });
    for (version, expected) in [(RoomVersionId::V10, "$top"), (RoomVersionId::V11, "$content")] {
        let pdu = parse(&event, &version).expect("an event");
        assert_eq!(pdu.redacts(&rules(&version)).expect("an id"), expected);
    }
    let message = parse(&with("redacts", "$top"), &RoomVersionId::V10).expect("an event");
    assert_eq!(message.redacts(&rules(&RoomVersionId::V10)), None);
}
