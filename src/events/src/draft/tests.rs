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
