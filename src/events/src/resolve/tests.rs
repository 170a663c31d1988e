//! State resolution: published cases, and properties of random rooms.

mod cost;
mod properties;
mod published;
mod version1;

use ruma::RoomVersionId;

use crate::{
    Pdu, RoomVersion,
    testing::{NewEvent, TestRoom},
};

/// The versions whose state resolution is v2 or v2.1.
fn later_versions() -> &'static [RoomVersionId] {
    &RoomVersion::SUPPORTED[1..]
}

/// Alice's public room that Bob, Charlie and Zara have joined.
fn four_people(version: &RoomVersionId) -> TestRoom {
    let mut room = TestRoom::public(version, "@alice:a");
    for user in ["@bob:b", "@charlie:c", "@zara:z"] {
        room.join(user).expect("public");
    }
    room
}

/// Power levels of `others` beside Alice, who has 100 or, as a creator of a version 12 room, infinite power.
fn power<'a>(room: &'a mut TestRoom, sender: &str, others: &[(&'static str, i64)]) -> NewEvent<'a> {
    let mut users = others.to_vec();
    if !room.rules().authorization.explicitly_privilege_room_creators {
        users.push(("@alice:a", 100));
    }
    room.power(sender, &users)
}

fn topic<'a>(room: &'a mut TestRoom, sender: &str, text: &str) -> NewEvent<'a> {
    room.state(sender, "m.room.topic", "", serde_json::json!({ "topic": text }))
}

fn tip(room: &TestRoom) -> Pdu {
    room.events().pop().expect("an event")
}

/// Asserts that `winner` is the current event of its entry.
fn assert_current(room: &TestRoom, winner: &Pdu) {
    let kind = winner.kind().to_string();
    let current = room.current(&kind, winner.state_key().expect("a state event"));
    assert_eq!(current.as_ref(), Some(winner), "{kind} in version {}", room.version());
}
