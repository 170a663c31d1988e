//! State resolution of room version 1.

use ruma::{EventId, RoomVersionId};
use serde_json::json;
use sha1::{Digest, Sha1};

use super::{assert_current, four_people, power, tip, topic};
use crate::{Pdu, testing::TestRoom};

fn room() -> TestRoom {
    four_people(&RoomVersionId::V1)
}

fn sha1(id: &EventId) -> [u8; 20] {
    Sha1::digest(id.as_bytes()).into()
}

#[test]
fn the_deepest_topic_wins() {
    let mut room = room();
    let before = tip(&room);
    topic(&mut room, "@alice:a", "shallow").after([before.event_id()]).at(99_000).valid();
    let message = room.message("@bob:b", "hi").after([before.event_id()]).valid();
    let deep = topic(&mut room, "@alice:a", "deep").after([message.event_id()]).valid();
    assert_current(&room, &deep);
}

#[test]
fn at_equal_depth_the_lowest_sha1_wins() {
    let mut room = room();
    let before = tip(&room);
    let topics: Vec<Pdu> = (0..4)
        .map(|number| topic(&mut room, "@alice:a", &format!("{number}")).after([before.event_id()]).valid())
        .collect();
    let lowest = topics.iter().min_by_key(|event| sha1(event.event_id())).expect("topics");
    assert_current(&room, lowest);
}

#[test]
fn a_deep_topic_needs_the_power_that_was_resolved_first() {
    let mut room = room();
    power(&mut room, "@alice:a", &[("@bob:b", 50)]).valid();
    let first = topic(&mut room, "@alice:a", "first").valid();
    let taken = power(&mut room, "@alice:a", &[("@bob:b", 0)]).valid();
    let message = room.message("@bob:b", "still here").after([first.event_id()]).valid();
    let deep = topic(&mut room, "@bob:b", "deep").after([message.event_id()]).valid();
    assert!(deep.depth() > taken.depth());
    assert_current(&room, &taken);
    assert_current(&room, &first);
}

#[test]
fn a_ban_stays_whether_before_or_after_a_change_of_name() {
    for ban_is_deeper in [false, true] {
        let mut room = room();
        let before = tip(&room);
        let message = room.message("@bob:b", "hi").after([before.event_id()]).valid();
        let (ban_after, name_after) = if ban_is_deeper { (&message, &before) } else { (&before, &message) };
        let ban = room.member("@alice:a", "@bob:b", "ban").after([ban_after.event_id()]).valid();
        let name = json!({ "membership": "join", "displayname": "B" });
        room.state("@bob:b", "m.room.member", "@bob:b", name).after([name_after.event_id()]).valid();
        assert_current(&room, &ban);
    }
}

/// Unlike later versions: an entry in one state only is no conflict, even if nothing would allow it any more.
#[test]
fn an_entry_of_one_side_is_taken_as_it_is() {
    let mut room = room();
    let open = tip(&room);
    let closed = room.state("@alice:a", "m.room.join_rules", "", json!({ "join_rule": "invite" })).valid();
    let eve = room.member("@eve:e", "@eve:e", "join").after([open.event_id()]).valid();
    assert_current(&room, &closed);
    assert_current(&room, &eve);
}
