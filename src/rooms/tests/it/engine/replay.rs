//! A store that only applies the encoded groups of a busy one answers every read alike.

use crate::common::{TestRooms, profile, user};
use rooms::{Direction, MemberChange, Rooms};
use ruma::{OwnedRoomId, OwnedUserId};
use serde_json::json;
use storage::Position;

/// All that can be read of these rooms and people, as text.
fn everything(rooms: &Rooms, ids: &[OwnedRoomId], people: &[OwnedUserId], upto: Position) -> String {
    use std::fmt::Write as _;
    let mut out = String::new();
    for id in ids {
        let Some(room) = rooms.room(id).unwrap() else { continue };
        let num = room.num;
        let timeline = rooms.timeline(num, None, Direction::Forward, 1000).unwrap();
        for (order, event) in &timeline.events {
            let event = rooms.event(*event).unwrap().unwrap();
            writeln!(out, "{order} {} {:?}", event.pdu.json(), event.meta).unwrap();
        }
        let root = rooms.state_root_at(num, upto).unwrap();
        writeln!(out, "{:?}", rooms.state_entries(num, root).unwrap()).unwrap();
        let state: Vec<_> = rooms.full_state(num).unwrap().iter().map(|event| event.num).collect();
        writeln!(out, "{state:?} {:?}", rooms.members(num, |_| true).unwrap()).unwrap();
        writeln!(out, "{} {}", rooms.joined_count(num).unwrap(), rooms.invited_count(num).unwrap()).unwrap();
        for person in people {
            let user = rooms.ids().find_user(person).unwrap().unwrap();
            writeln!(out, "{:?}", rooms.notification_counts(user, num).unwrap()).unwrap();
        }
    }
    for person in people {
        let user = rooms.ids().find_user(person).unwrap().unwrap();
        writeln!(out, "{person} {:?}", rooms.rooms_of(user).unwrap()).unwrap();
    }
    out
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn applied_groups_give_the_same_rooms() {
    let t = TestRooms::new();
    let follower = t.follower();
    let mut groups = t.store.groups();
    let people: Vec<_> = ["alice", "bob", "carol"].map(user).into();
    let mut ids = Vec::new();
    for person in &people {
        ids.push(t.room(person).await);
    }
    // What is in the follower's memory must keep up too.
    let mut applied = 0;
    let mut apply = |groups: &mut storage::GroupStream| {
        while let Some(group) = groups.try_next() {
            follower.store.apply(&group.unwrap()).unwrap();
            applied += 1;
        }
    };
    apply(&mut groups);
    for person in &people {
        let user = follower.rooms.ids().find_user(person).unwrap().unwrap();
        assert_eq!(follower.rooms.joined_rooms(user).unwrap().len(), 1);
    }
    let busy: Vec<_> = people
        .iter()
        .cloned()
        .map(|person| {
            let (rooms, ids) = (t.rooms.clone(), ids.clone());
            tokio::spawn(async move {
                for round in 0..5 {
                    for room in &ids {
                        rooms.join(room, &person, profile(&person)).await.unwrap();
                        rooms.send(room, crate::common::message(&person, "hello")).await.unwrap();
                        let note = json!({ "round": round });
                        drop(rooms.send(room, crate::common::state(&person, "m.room.topic", "", note)).await);
                        if round % 2 == 1 {
                            rooms.leave(room, &person, MemberChange::default()).await.unwrap();
                        }
                    }
                }
            })
        })
        .collect();
    for one in busy {
        one.await.unwrap();
    }
    apply(&mut groups);
    assert_eq!(follower.store.visible(), t.store.visible());
    let upto = t.store.visible();
    let expected = everything(&t.rooms, &ids, &people, upto);
    assert_eq!(everything(&follower.rooms, &ids, &people, upto), expected);
    assert_eq!(everything(&follower.forgetful(), &ids, &people, upto), expected);
    assert!(applied > 0 && expected.len() > 10_000);
}
