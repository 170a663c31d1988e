//! New events.

use ruma::{RoomVersionId, UInt, owned_server_name};

use super::*;
use crate::{RoomVersion, testing::signing_key};

fn draft() -> EventDraft {
    EventDraft {
        sender: "@alice:a".try_into().expect("a user id"),
        kind: TimelineEventType::RoomMessage,
        state_key: None,
        content: r#"{ "b": "\u00e9", "a": 1 }"#.into(),
        prev_events: vec!["$p:a".try_into().expect("an event id")],
        auth_events: vec!["$a:a".try_into().expect("an event id")],
        depth: 7,
        origin_server_ts: MilliSecondsSinceUnixEpoch(UInt::from(1_000_u16)),
        redacts: None,
        room_id: Some("!r:a".try_into().expect("a room id")),
        reference_hashes: BTreeMap::new(),
    }
}

fn sealed(draft: &EventDraft, version: &RoomVersionId) -> Result<Pdu, PduError> {
    let rules = RoomVersion::rules(version).expect("supported");
    seal(draft, &rules, &signing_key(&owned_server_name!("a")))
}

#[test]
fn a_sealed_event_is_canonical_and_says_what_the_draft_says() {
    for version in RoomVersion::SUPPORTED {
        let rules = RoomVersion::rules(version).expect("supported");
        let pdu = sealed(&draft(), version).expect("an event");
        assert_eq!(canonicalize(pdu.json().as_bytes(), Numbers::Integers).as_deref(), Ok(pdu.json()));
        assert_eq!(Pdu::from_json(pdu.json(), &rules).as_ref(), Ok(&pdu), "{version}");
        assert_eq!(pdu.content_json(), r#"{"a":1,"b":"é"}"#);
        assert_eq!((pdu.depth(), pdu.state_key()), (7, None));
        assert_eq!(pdu.prev_events(), draft().prev_events);
    }
}

#[test]
fn versions_1_and_2_carry_ids_and_hashes() {
    let mut draft = draft();
    draft.reference_hashes.insert("$p:a".try_into().expect("an event id"), "HASH".to_owned());
    let pdu = sealed(&draft, &RoomVersionId::V1).expect("an event");
    assert!(pdu.json().contains(r#""prev_events":[["$p:a",{"sha256":"HASH"}]]"#), "{}", pdu.json());
    assert!(pdu.json().contains(&format!(r#""event_id":"{}""#, pdu.event_id())));
    assert_eq!(pdu.event_id().server_name(), Some(ruma::server_name!("a")));
    let mut other = draft.clone();
    other.depth += 1;
    assert_ne!(sealed(&other, &RoomVersionId::V1).expect("an event").event_id(), pdu.event_id());
}

#[test]
fn redacts_stands_where_the_version_wants_it() {
    let mut draft = draft();
    draft.kind = TimelineEventType::RoomRedaction;
    draft.redacts = Some("$x".try_into().expect("an event id"));
    let old = sealed(&draft, &RoomVersionId::V10).expect("an event");
    assert!(!old.content_json().contains("redacts") && old.json().contains(r#""redacts":"$x""#));
    let new = sealed(&draft, &RoomVersionId::V11).expect("an event");
    assert_eq!(new.content_json(), r#"{"a":1,"b":"é","redacts":"$x"}"#);
}

#[test]
fn what_clients_may_not_say_is_refused() {
    let with_content = |content: &str| EventDraft { content: content.into(), ..draft() };
    for content in ["[]", "{", r#"{"a":1.5}"#, "null"] {
        assert!(
            matches!(sealed(&with_content(content), &RoomVersionId::V12), Err(PduError::Format(_))),
            "{content}"
        );
    }
    let huge = format!(r#"{{"body":"{}"}}"#, "x".repeat(pdu::MAX_BYTES));
    assert!(matches!(sealed(&with_content(&huge), &RoomVersionId::V12), Err(PduError::TooLarge { .. })));
    let long_key = EventDraft { state_key: Some("x".repeat(256)), ..draft() };
    assert!(matches!(sealed(&long_key, &RoomVersionId::V12), Err(PduError::TooLarge { .. })));
}

fn template_of(prev: &serde_json::Value) -> String {
    serde_json::json!({
        "auth_events": [], "content": { "membership": "join" }, "depth": 3, "prev_events": prev,
        "room_id": "!r:b", "sender": "@bob:a", "state_key": "@bob:a", "type": "m.room.member",
    })
    .to_string()
}

#[test]
fn templates_read_back() {
    let rules = RoomVersion::rules(&RoomVersionId::V11).unwrap();
    let text = template_of(&serde_json::json!(["$one"]));
    let draft = EventDraft::from_template(&text, &rules).unwrap();
    assert_eq!((draft.depth, draft.prev_events.len()), (3, 1));
    let again = EventDraft::from_template(&template(&draft, &rules).unwrap(), &rules).unwrap();
    assert_eq!(format!("{draft:?}"), format!("{again:?}"));
}

#[test]
fn what_is_no_template_is_refused() {
    let rules = RoomVersion::rules(&RoomVersionId::V11).unwrap();
    let old = RoomVersion::rules(&RoomVersionId::V2).unwrap();
    let many: Vec<String> = (0..=pdu::MAX_PREV_EVENTS).map(|n| format!("$e{n}")).collect();
    let pairs = serde_json::json!([["$one:b", { "sha256": "abc" }]]);
    assert!(EventDraft::from_template(&template_of(&pairs), &old).is_ok());
    for (text, rules) in [
        (String::new(), &rules),
        ("{}".to_owned(), &rules),
        (template_of(&serde_json::json!(many)), &rules),
        (template_of(&serde_json::json!([7])), &rules),
        (template_of(&serde_json::json!("$one")), &rules),
        (template_of(&pairs), &rules),
        (template_of(&serde_json::json!(["$one:b"])), &old),
        (template_of(&serde_json::json!(["x".repeat(pdu::MAX_BYTES)])), &rules),
    ] {
        assert!(EventDraft::from_template(&text, rules).is_err(), "{text}");
    }
}
