//! Cases that the algorithm's proposals (MSC1442, MSC4297) and other servers' tests describe, built anew.

use ruma::{EventId, RoomVersionId};
use serde_json::json;

use super::{assert_current, four_people, later_versions, power, tip, topic};
use crate::{
    Pdu,
    resolve::{StateMap, resolve},
    testing::TestRoom,
};

/// A mod's change of power against the ban of the mod.
#[test]
fn a_ban_beats_what_the_banned_did_meanwhile() {
    for version in later_versions() {
        let mut room = four_people(version);
        let given = power(&mut room, "@alice:a", &[("@bob:b", 50)]).valid();
        let ban = room.member("@alice:a", "@bob:b", "ban").valid();
        power(&mut room, "@bob:b", &[("@bob:b", 50), ("@charlie:c", 50)]).after([given.event_id()]).valid();
        assert_current(&room, &ban);
        assert_current(&room, &given);
    }
}

/// A join against a change of the join rules.
#[test]
fn a_join_does_not_evade_closed_doors() {
    for version in later_versions() {
        let mut room = four_people(version);
        let open = tip(&room);
        let closed =
            room.state("@alice:a", "m.room.join_rules", "", json!({ "join_rule": "invite" })).valid();
        room.member("@eve:e", "@eve:e", "join").after([open.event_id()]).valid();
        assert_current(&room, &closed);
        assert_eq!(room.current("m.room.member", "@eve:e"), None, "{version}");
    }
}

#[test]
fn concurrent_joins_are_both_in() {
    for version in later_versions() {
        let mut room = four_people(version);
        let before = tip(&room);
        let eve = room.member("@eve:e", "@eve:e", "join").after([before.event_id()]).valid();
        let frank = room.member("@frank:f", "@frank:f", "join").after([before.event_id()]).valid();
        assert_current(&room, &eve);
        assert_current(&room, &frank);
    }
}

/// Power levels that someone without power bases on, off the main line.
#[test]
fn power_given_away_from_the_tip_counts() {
    for version in later_versions() {
        let mut room = four_people(version);
        let first = power(&mut room, "@alice:a", &[("@bob:b", 50)]).valid();
        power(&mut room, "@bob:b", &[("@bob:b", 50), ("@charlie:c", 50)]).valid();
        let last = power(&mut room, "@charlie:c", &[("@bob:b", 50), ("@charlie:c", 0)]).valid();
        room.message("@zara:z", "hi").after([first.event_id()]).valid();
        assert_eq!(room.extremities().len(), 2);
        assert_current(&room, &last);
    }
}

#[test]
fn a_topic_stays_when_power_is_taken() {
    for version in later_versions() {
        let mut room = four_people(version);
        topic(&mut room, "@alice:a", "one").valid();
        let given = power(&mut room, "@alice:a", &[("@bob:b", 50)]).valid();
        let second = topic(&mut room, "@alice:a", "two").valid();
        let taken = power(&mut room, "@alice:a", &[("@bob:b", 0)]).valid();
        power(&mut room, "@bob:b", &[("@bob:b", 50)]).after([given.event_id()]).valid();
        assert_current(&room, &second);
        assert_current(&room, &taken);
    }
}

#[test]
fn a_topic_falls_back_when_its_sender_was_banned() {
    for version in later_versions() {
        let mut room = four_people(version);
        let first = topic(&mut room, "@alice:a", "one").valid();
        let given = power(&mut room, "@alice:a", &[("@bob:b", 50)]).valid();
        let ban = room.member("@alice:a", "@bob:b", "ban").after([given.event_id()]).valid();
        let second = topic(&mut room, "@bob:b", "two").after([given.event_id()]).valid();
        assert_ne!(second, first);
        assert_current(&room, &first);
        assert_current(&room, &ban);
        assert_current(&room, &given);
    }
}

#[test]
fn among_topics_the_main_line_decides() {
    for version in later_versions() {
        let mut room = four_people(version);
        topic(&mut room, "@alice:a", "one").valid();
        let given = power(&mut room, "@alice:a", &[("@bob:b", 50)]).valid();
        topic(&mut room, "@alice:a", "two").valid();
        let taken = power(&mut room, "@alice:a", &[("@bob:b", 0)]).valid();
        let again = power(&mut room, "@bob:b", &[("@bob:b", 50)]).after([given.event_id()]).valid();
        topic(&mut room, "@bob:b", "three").after([again.event_id()]).valid();
        room.state(
            "@zara:z",
            "m.room.member",
            "@zara:z",
            json!({ "membership": "join", "displayname": "Z" }),
        )
        .valid();
        let fourth = topic(&mut room, "@alice:a", "four").after([taken.event_id()]).valid();
        assert_current(&room, &fourth);
        assert_current(&room, &taken);
    }
}

/// Equal power: the later by the senders' clocks comes last and stays.
#[test]
fn times_break_ties() {
    for version in later_versions() {
        let mut room = four_people(version);
        let before = tip(&room);
        let late = topic(&mut room, "@alice:a", "late").after([before.event_id()]).at(99_000).valid();
        topic(&mut room, "@alice:a", "early").after([before.event_id()]).at(98_000).valid();
        assert_current(&room, &late);
    }
}

/// The state of `room` now, with some entries set back.
fn set_back(room: &TestRoom, entries: &[&Pdu]) -> StateMap<ruma::OwnedEventId> {
    let mut state = room.current_state();
    state.extend(
        entries
            .iter()
            .map(|event| (event.state_entry().expect("a state event"), event.event_id().to_owned())),
    );
    state
}

/// MSC4297, problem A: who set the join rules has left, and another server is wrong about them.
#[test]
fn version_12_starts_from_the_empty_state() {
    for (version, kept) in [(RoomVersionId::V11, false), (RoomVersionId::V12, true)] {
        let mut room = four_people(&version);
        let public = room.current("m.room.join_rules", "").expect("join rules");
        let closed =
            room.state("@alice:a", "m.room.join_rules", "", json!({ "join_rule": "invite" })).valid();
        room.member("@alice:a", "@alice:a", "leave").valid();
        let sets = [room.current_state(), set_back(&room, &[&public])];
        let state = resolve(room.rules(), &sets, &|id: &EventId| room.get(id)).expect("resolved");
        let rules = state.get(&("m.room.join_rules".into(), String::new()));
        assert_eq!(rules.map(|id| &**id), kept.then(|| closed.event_id()), "{version}");
    }
}

/// MSC4297, problem B: another server believes in the first power levels, while the events in between are known to
/// both.
#[test]
fn version_12_replays_what_lies_between_conflicting_events() {
    for (version, latest) in [(RoomVersionId::V11, false), (RoomVersionId::V12, true)] {
        let mut room = four_people(&version);
        let first = power(&mut room, "@alice:a", &[]).valid();
        power(&mut room, "@alice:a", &[("@bob:b", 50)]).valid();
        let third = power(&mut room, "@bob:b", &[("@bob:b", 50), ("@charlie:c", 50)]).valid();
        let before_eve = room.current_state();
        room.join("@eve:e").expect("public");
        let sets = [before_eve, set_back(&room, &[&first])];
        let state = resolve(room.rules(), &sets, &|id: &EventId| room.get(id)).expect("resolved");
        let levels = state.get(&("m.room.power_levels".into(), String::new())).expect("power levels");
        assert_eq!(*levels, if latest { third } else { first }.event_id(), "{version}");
    }
}
