//! The tables of the room versions' pages.

use std::collections::BTreeSet;

use ruma::{
    RoomVersionId,
    canonical_json::{CanonicalJsonObject, redact as ruma_redact},
};
use serde_json::{Value, json};

use super::*;
use crate::RoomVersion;

fn redacted(version: &RoomVersionId, event: &Value) -> Value {
    let rules = RoomVersion::rules(version).expect("supported");
    let canonical =
        crate::canonical::canonicalize(event.to_string().as_bytes(), crate::canonical::Numbers::Any)
            .expect("canonical");
    let kind = event["type"].as_str().expect("a type");
    let text = redacted_text(&Fields::of(&canonical).expect("an object"), kind, &rules.redaction, &[])
        .expect("text");
    serde_json::from_str(&text).expect("JSON")
}

fn keys(value: &Value) -> BTreeSet<&str> {
    value.as_object().expect("an object").keys().map(String::as_str).collect()
}

/// From which version on (inclusive) and up to which (inclusive) a key of the content stays.
const TABLE: &[(&str, &str, u8, u8)] = &[
    ("m.room.member", "membership", 1, 12),
    ("m.room.member", "join_authorised_via_users_server", 9, 12),
    ("m.room.member", "displayname", 0, 0),
    ("m.room.create", "creator", 1, 12),
    ("m.room.create", "room_version", 11, 12),
    ("m.room.create", "m.federate", 11, 12),
    ("m.room.join_rules", "join_rule", 1, 12),
    ("m.room.join_rules", "allow", 8, 12),
    ("m.room.join_rules", "other", 0, 0),
    ("m.room.power_levels", "ban", 1, 12),
    ("m.room.power_levels", "events", 1, 12),
    ("m.room.power_levels", "events_default", 1, 12),
    ("m.room.power_levels", "kick", 1, 12),
    ("m.room.power_levels", "redact", 1, 12),
    ("m.room.power_levels", "state_default", 1, 12),
    ("m.room.power_levels", "users", 1, 12),
    ("m.room.power_levels", "users_default", 1, 12),
    ("m.room.power_levels", "invite", 11, 12),
    ("m.room.power_levels", "notifications", 0, 0),
    ("m.room.aliases", "aliases", 1, 5),
    ("m.room.history_visibility", "history_visibility", 1, 12),
    ("m.room.redaction", "redacts", 11, 12),
    ("m.room.redaction", "reason", 0, 0),
    ("m.room.message", "body", 0, 0),
    ("m.room.topic", "topic", 0, 0),
];

#[test]
fn the_content_keeps_what_each_version_says() {
    for (number, version) in (1..).zip(RoomVersion::SUPPORTED) {
        for (kind, key, from, to) in TABLE {
            let event = json!({ "type": kind, "content": { *key: "value" } });
            let kept = keys(&redacted(version, &event)["content"]).contains(key);
            assert_eq!(kept, (*from..=*to).contains(&number), "{key} of {kind} in version {number}");
        }
    }
}

#[test]
fn the_top_level_keeps_what_each_version_says() {
    let always = [
        "event_id",
        "type",
        "room_id",
        "sender",
        "state_key",
        "content",
        "hashes",
        "signatures",
        "depth",
        "prev_events",
        "auth_events",
        "origin_server_ts",
    ];
    let until_version_10 = ["prev_state", "origin", "membership"];
    let never = ["redacts", "unsigned", "other"];
    for (number, version) in (1..).zip(RoomVersion::SUPPORTED) {
        let mut event = json!({});
        for key in always.iter().chain(&until_version_10).chain(&never) {
            event[*key] = json!({});
        }
        event["type"] = "m.room.message".into();
        let mut expected = BTreeSet::from(always);
        if number <= 10 {
            expected.extend(until_version_10);
        }
        assert_eq!(keys(&redacted(version, &event)), expected, "version {number}");
    }
}

#[test]
fn of_an_invite_by_e_mail_the_signed_part_stays_from_version_11_on() {
    let event = json!({ "type": "m.room.member", "content": { "membership": "invite",
        "third_party_invite": { "display_name": "x", "signed": { "token": "t", "more": 1 } } } });
    assert_eq!(redacted(&RoomVersionId::V10, &event)["content"], json!({ "membership": "invite" }));
    assert_eq!(
        redacted(&RoomVersionId::V11, &event)["content"],
        json!({ "membership": "invite", "third_party_invite": { "signed": { "token": "t", "more": 1 } } })
    );
}

#[test]
fn agrees_with_ruma() {
    let content = json!({ "membership": "ban", "creator": "@a:b", "users": { "@a:b": 1 }, "invite": 3, "allow": [1],
        "join_rule": "x", "redacts": "$a", "aliases": ["#a:b"], "history_visibility": "shared", "other": {} });
    for version in RoomVersion::SUPPORTED {
        let rules = RoomVersion::rules(version).expect("supported");
        for kind in TABLE.iter().map(|row| row.0) {
            let event =
                json!({ "type": kind, "content": content, "origin": "a", "membership": "ban", "x": 1 });
            let object: CanonicalJsonObject = serde_json::from_value(event.clone()).expect("canonical");
            let expected = ruma_redact(object, &rules.redaction, None).expect("redacted");
            let expected = serde_json::to_value(expected).expect("JSON");
            assert_eq!(redacted(version, &event), expected, "{kind} in {version}");
        }
    }
}
