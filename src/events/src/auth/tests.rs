//! What each room version allows, in scenarios.

use proptest::prelude::*;
use ruma::{Int, RoomVersionId, UserId};
use serde_json::json;

use super::*;
use crate::{
    RoomVersion,
    testing::{Random, TestRoom, random_room},
};

fn levels(room: &TestRoom) -> PowerLevels {
    let create = room.events().remove(0);
    PowerLevels::read(&create, room.current("m.room.power_levels", "").as_ref(), room.rules())
        .expect("levels")
}

fn user(id: &str) -> &UserId {
    id.try_into().expect("a user id")
}

#[test]
fn ordinary_life_in_every_version() {
    for version in RoomVersion::SUPPORTED {
        let mut room = TestRoom::with_join_rule(version, "@alice:a", "invite");
        assert!(room.join("@bob:b").is_err(), "not invited: {version}");
        room.member("@alice:a", "@bob:b", "invite").valid();
        room.join("@bob:b").expect("invited");
        room.message("@bob:b", "hi").valid();
        assert!(room.message("@carol:c", "hi").send().is_err(), "not joined: {version}");
        assert!(room.state("@bob:b", "m.room.topic", "", json!({})).send().is_err(), "no power: {version}");
        assert!(room.member("@bob:b", "@alice:a", "leave").send().is_err(), "no power: {version}");
        room.member("@alice:a", "@bob:b", "ban").valid();
        assert!(room.join("@bob:b").is_err(), "banned: {version}");
        room.member("@alice:a", "@bob:b", "leave").valid();
        assert!(room.join("@bob:b").is_err(), "unbanned, but not invited: {version}");
        let reason = room.message("@bob:b", "hi").send().expect_err("left").to_string();
        assert!(reason.contains("not `join`"), "{reason}");
    }
}

#[test]
fn power_is_guarded_in_every_version() {
    for version in RoomVersion::SUPPORTED {
        let mut room = TestRoom::public(version, "@alice:a");
        for name in ["@bob:b", "@carol:c"] {
            room.join(name).expect("public");
        }
        let v12 = room.rules().authorization.explicitly_privilege_room_creators;
        let with_alice = |others: &[(&'static str, i64)]| {
            let alice = if v12 { None } else { Some(("@alice:a", 100)) };
            others.iter().copied().chain(alice).collect::<Vec<_>>()
        };
        room.power("@alice:a", &with_alice(&[("@bob:b", 50)])).valid();
        room.power("@bob:b", &with_alice(&[("@bob:b", 50), ("@carol:c", 50)])).valid();
        for too_much in
            [with_alice(&[("@bob:b", 51), ("@carol:c", 50)]), with_alice(&[("@bob:b", 50), ("@carol:c", 49)])]
        {
            assert!(room.power("@bob:b", &too_much).send().is_err(), "{version}");
        }
        room.power("@bob:b", &with_alice(&[("@bob:b", 10), ("@carol:c", 50)])).valid();
        assert!(
            room.power("@bob:b", &with_alice(&[("@bob:b", 50)])).send().is_err(),
            "given away: {version}"
        );
    }
}

#[test]
fn creators_of_version_12_are_above_all() {
    let mut room = TestRoom::empty(&RoomVersionId::V12);
    let create = json!({ "room_version": "12", "additional_creators": ["@bob:b"] });
    room.state("@alice:a", "m.room.create", "", create).valid();
    room.join("@alice:a").expect("the creator joins");
    room.state("@alice:a", "m.room.join_rules", "", json!({ "join_rule": "public" })).valid();
    for name in ["@bob:b", "@carol:c"] {
        room.join(name).expect("public");
    }
    let power = levels(&room);
    assert_eq!(power.of_user(user("@bob:b")), UserPowerLevel::Infinite);
    assert_eq!(power.of_user(user("@carol:c")), UserPowerLevel::Int(Int::from(0_u8)));

    assert!(room.power("@alice:a", &[("@bob:b", 100)]).send().is_err(), "creators have no entry");
    room.power("@bob:b", &[("@carol:c", 9_007_199_254_740_991)]).valid();
    let power = levels(&room);
    assert!(power.of_user(user("@alice:a")) > power.of_user(user("@carol:c")));
    assert!(room.member("@carol:c", "@alice:a", "leave").send().is_err(), "nobody is above a creator");
    assert!(room.member("@alice:a", "@bob:b", "leave").send().is_err(), "not even another creator");
    room.member("@alice:a", "@carol:c", "ban").valid();

    let malformed = json!({ "room_version": "12", "additional_creators": ["bob"] });
    let mut other = TestRoom::empty(&RoomVersionId::V12);
    assert!(other.state("@alice:a", "m.room.create", "", malformed).send().is_err());
}

#[test]
fn levels_have_their_defaults() {
    let mut room = TestRoom::empty(&RoomVersionId::V11);
    room.state("@alice:a", "m.room.create", "", json!({ "room_version": "11" })).valid();
    let power = levels(&room);
    assert_eq!(power.of_user(user("@alice:a")), UserPowerLevel::Int(Int::from(100_u8)));
    assert_eq!(power.of_user(user("@bob:b")), UserPowerLevel::Int(Int::from(0_u8)));
    let fifty = Int::from(50_u8);
    assert_eq!([power.to_ban(), power.to_kick(), power.to_redact(), power.to_notify_room()], [fifty; 4]);
    assert_eq!(power.to_invite(), Int::from(0_u8));
    assert!(power.may_send(user("@bob:b"), &TimelineEventType::RoomMessage, false));
    assert!(!power.may_send(user("@bob:b"), &TimelineEventType::RoomTopic, true));
}

#[test]
fn redactions_answer_for_ones_server() {
    let mut room = TestRoom::public(&RoomVersionId::V10, "@alice:a");
    room.join("@bob:b").expect("public");
    let power = levels(&room);
    assert!(power.may_redact(user("@bob:b"), user("@bob:b")));
    assert!(!power.may_redact(user("@bob:b"), user("@other:b")));
    assert!(power.redaction_applies(user("@bob:b"), user("@other:b")));
    assert!(!power.redaction_applies(user("@bob:b"), user("@alice:a")));
    assert!(power.redaction_applies(user("@alice:a"), user("@bob:b")));
    for (version, allowed) in [(RoomVersionId::V2, false), (RoomVersionId::V3, true)] {
        let mut room = TestRoom::public(&version, "@alice:a");
        room.join("@bob:b").expect("public");
        let message = room.message("@alice:a", "hi").valid();
        let redaction = room.event("@bob:b", "m.room.redaction", json!({})).redacting(message.event_id());
        assert_eq!(redaction.send().is_ok(), allowed, "{version}");
    }
}

#[test]
fn knocking_begins_with_version_7() {
    for version in RoomVersion::SUPPORTED {
        let mut room = TestRoom::with_join_rule(version, "@alice:a", "knock");
        let knocking = room.rules().authorization.knocking;
        assert_eq!(room.member("@bob:b", "@bob:b", "knock").send().is_ok(), knocking, "{version}");
    }
    let mut room = TestRoom::with_join_rule(&RoomVersionId::V7, "@alice:a", "knock");
    room.member("@bob:b", "@bob:b", "knock").valid();
    assert!(room.join("@bob:b").is_err());
    room.member("@alice:a", "@bob:b", "invite").valid();
    room.join("@bob:b").expect("let in");
}

#[test]
fn restricted_rooms_begin_with_version_8() {
    for (version, rule, allowed) in [
        (RoomVersionId::V7, "restricted", false),
        (RoomVersionId::V8, "restricted", true),
        (RoomVersionId::V9, "knock_restricted", false),
        (RoomVersionId::V10, "knock_restricted", true),
        (RoomVersionId::V12, "restricted", true),
    ] {
        let mut room = TestRoom::with_join_rule(&version, "@alice:a", rule);
        let vouched = json!({ "membership": "join", "join_authorised_via_users_server": "@alice:a" });
        assert_eq!(
            room.state("@bob:b", "m.room.member", "@bob:b", vouched).send().is_ok(),
            allowed,
            "{version}"
        );
        assert!(room.join("@carol:c").is_err(), "nobody vouches: {version}");
        let stranger = json!({ "membership": "join", "join_authorised_via_users_server": "@dave:d" });
        assert!(room.state("@carol:c", "m.room.member", "@carol:c", stranger).send().is_err(), "{version}");
    }
}

#[test]
fn levels_are_written_as_the_version_wants() {
    for (version, strings) in [(RoomVersionId::V9, true), (RoomVersionId::V10, false)] {
        let mut room = TestRoom::public(&version, "@alice:a");
        let content = json!({ "users": { "@alice:a": "100" } });
        let event = room.state("@alice:a", "m.room.power_levels", "", content).send();
        assert_eq!(event.is_ok(), strings, "{version}");
    }
    let mut room = TestRoom::public(&RoomVersionId::V5, "@alice:a");
    let content = json!({ "users": { "@alice:a": 100.0, "@bob:b": 50.57 }, "ban": 5.1e1 });
    room.state("@alice:a", "m.room.power_levels", "", content).valid();
    assert_eq!(levels(&room).of_user(user("@bob:b")), UserPowerLevel::Int(Int::from(50_u8)));
    assert_eq!(levels(&room).to_ban(), Int::from(51_u8));
    assert!(room.current("m.room.power_levels", "").expect("levels").content_json().contains("50.57"));
    for (version, guarded) in [(RoomVersionId::V5, false), (RoomVersionId::V6, true)] {
        let mut room = TestRoom::public(&version, "@alice:a");
        room.join("@bob:b").expect("public");
        let users = json!({ "@alice:a": 100, "@bob:b": 50 });
        room.state("@alice:a", "m.room.power_levels", "", json!({ "users": users })).valid();
        let content = json!({ "users": users, "notifications": { "room": 100 } });
        let event = room.state("@bob:b", "m.room.power_levels", "", content).send();
        assert_eq!(event.is_err(), guarded, "{version}");
    }
}

#[test]
fn aliases_were_special_up_to_version_5() {
    for (version, special) in [(RoomVersionId::V5, true), (RoomVersionId::V6, false)] {
        let mut room = TestRoom::public(&version, "@alice:a");
        let content = json!({ "aliases": ["#x:b"] });
        let event = room.state("@bob:b", "m.room.aliases", "b", content.clone()).send();
        assert_eq!(event.is_ok(), special, "{version}");
        assert!(room.state("@bob:b", "m.room.aliases", "a", content).send().is_err(), "{version}");
    }
}

#[test]
fn auth_events_must_be_the_right_ones() {
    for version in [RoomVersionId::V10, RoomVersionId::V12] {
        let mut room = TestRoom::public(&version, "@alice:a");
        let topic = room.state("@alice:a", "m.room.topic", "", json!({ "topic": "x" })).valid();
        let right = room.message("@alice:a", "hi").seal().auth_events().to_vec();
        let check = |room: &TestRoom, pdu: &Pdu, rejected: Option<&EventId>| {
            check_independent(pdu, room.rules(), |id| {
                room.get(id).map(|event| event.rejected_as(Some(id) == rejected))
            })
        };
        let good = room.message("@alice:a", "hi").seal();
        assert_eq!(check(&room, &good, None), Ok(()));
        assert!(check(&room, &good, Some(&right[0])).is_err(), "a rejected auth event");
        let create = room.events().remove(0);
        assert!(check(&room, &good, Some(create.event_id())).is_err(), "a rejected create event");
        let mut superfluous = right.clone();
        superfluous.push(topic.event_id().to_owned());
        let mut twice = right.clone();
        twice.push(right[0].clone());
        let mut missing = right;
        missing.push("$nowhere".try_into().expect("an event id"));
        for auth_events in [superfluous, twice, missing] {
            let pdu = room.message("@alice:a", "hi").authorized_by(auth_events).seal();
            assert!(check(&room, &pdu, None).is_err());
        }
    }
}

#[test]
fn unfederated_rooms_keep_others_out() {
    let mut room = TestRoom::empty(&RoomVersionId::V11);
    room.state("@alice:a", "m.room.create", "", json!({ "room_version": "11", "m.federate": false })).valid();
    room.join("@alice:a").expect("the creator");
    room.state("@alice:a", "m.room.join_rules", "", json!({ "join_rule": "public" })).valid();
    room.join("@carol:a").expect("of the same server");
    assert!(room.join("@bob:b").is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn messages_are_decided_alike_the_short_and_the_long_way(
        version in prop::sample::select(RoomVersion::SUPPORTED),
        seed: u64,
        federated: bool,
    ) {
        let mut room = if federated { random_room(&version, seed, 40) } else { unfederated(&version) };
        let kinds = ["m.room.message", "m.reaction", "m.room.redaction", "m.room.aliases", "m.room.topic"];
        let mut random = Random::new(seed);
        for sender in ["@alice:a", "@bob:b", "@carol:a", "@nobody:x"] {
            let kind = *random.pick(&kinds);
            let pdu = room.event(sender, kind, json!({})).seal();
            let create = room.current("m.room.create", "").expect("a create event");
            let levels = room.current("m.room.power_levels", "");
            let short = MessageRules::read(&create, levels.as_ref(), room.rules()).expect("well-formed");
            let member = room.current("m.room.member", sender);
            let long = check_against_state(&pdu, room.rules(), |kind, key| room.current(&kind.to_string(), key));
            if let Some(decision) = short.check(pdu.kind(), pdu.sender(), member.as_ref()) {
                prop_assert_eq!(decision.is_ok(), long.is_ok(), "{} by {}", kind, sender);
            } else {
                prop_assert!(["m.room.redaction", "m.room.aliases"].contains(&kind));
            }
        }
    }
}

fn unfederated(version: &RoomVersionId) -> TestRoom {
    let mut room = TestRoom::empty(version);
    let create = json!({ "room_version": version, "creator": "@alice:a", "m.federate": false });
    room.state("@alice:a", "m.room.create", "", create).valid();
    room.join("@alice:a").expect("the creator");
    room
}
