//! Rooms in short, and events in their surroundings.

use crate::common::{TestRooms, user};
use rooms::MemberChange;
use ruma::events::room::history_visibility::HistoryVisibility;
use serde_json::json;

#[tokio::test]
async fn heroes_name_a_room_until_it_has_a_name() {
    let t = TestRooms::new();
    let (alice, bob, carol) = (user("alice"), user("bob"), user("carol"));
    let room = t.room(&alice).await;
    let num = t.info(&room).num;
    t.join(&room, &bob).await;
    t.rooms.invite(&room, &alice, &carol, MemberChange::default()).await.unwrap();
    let summary = t.rooms.summary(num, t.num(&alice)).unwrap();
    assert_eq!(summary.heroes, [bob.clone(), carol.clone()]);
    assert_eq!((summary.joined, summary.invited), (2, 1));
    t.rooms.leave(&room, &bob, MemberChange::default()).await.unwrap();
    t.rooms.leave(&room, &carol, MemberChange::default()).await.unwrap();
    assert_eq!(t.rooms.summary(num, t.num(&alice)).unwrap().heroes, [bob, carol]);
    t.set(&room, &alice, "m.room.name", "", json!({"name": "Den"})).await;
    assert!(t.rooms.summary(num, t.num(&alice)).unwrap().heroes.is_empty());
}

#[tokio::test]
async fn people_outside_see_what_the_room_lets_them() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    t.set(&room, &alice, "m.room.topic", "", json!({"topic": "All things"})).await;
    let info = t.info(&room);
    let summary = t.rooms.room_summary(&info).unwrap();
    assert_eq!(summary.topic.as_deref(), Some("All things"));
    assert_eq!(summary.join_rule.as_str(), "public");
    assert_eq!(summary.room_version.as_ref(), Some(&info.version));
    assert!(t.rooms.may_preview(&info, None).unwrap());
    t.set(&room, &alice, "m.room.join_rules", "", json!({"join_rule": "invite"})).await;
    assert!(!t.rooms.may_preview(&info, None).unwrap());
    assert!(!t.rooms.may_preview(&info, Some(t.num(&bob))).unwrap());
    t.rooms.invite(&room, &alice, &bob, MemberChange::default()).await.unwrap();
    assert!(t.rooms.may_preview(&info, Some(t.num(&bob))).unwrap());
    assert_eq!(t.rooms.history_visibility(info.num).unwrap(), HistoryVisibility::Shared);
}

#[tokio::test]
async fn an_event_comes_with_those_around_it() {
    let t = TestRooms::new();
    let alice = user("alice");
    let room = t.room(&alice).await;
    let mut sent = Vec::new();
    for number in 0..9 {
        sent.push(t.say(&room, &alice, &number.to_string()).await);
    }
    let info = t.info(&room);
    let around =
        |limit| t.rooms.context(&info, t.num(&alice), sent[4].event, limit, |_| true).unwrap().unwrap();
    let bodies = |events: &[std::sync::Arc<rooms::StoredEvent>]| {
        events.iter().map(|event| event.num).collect::<Vec<_>>()
    };
    let context = around((2, 2));
    assert_eq!(bodies(&context.before), [sent[3].event, sent[2].event]);
    assert_eq!(bodies(&context.after), [sent[5].event, sent[6].event]);
    let page = t.rooms.timeline(info.num, Some(context.start), rooms::Direction::Backward, 1).unwrap();
    assert_eq!(page.events[0].1, sent[1].event);
    let page = t.rooms.timeline(info.num, Some(context.end), rooms::Direction::Forward, 1).unwrap();
    assert_eq!(page.events[0].1, sent[7].event);
    let alone = around((0, 0));
    assert!(alone.before.is_empty() && alone.after.is_empty());
    let page = t.rooms.timeline(info.num, Some(alone.start), rooms::Direction::Backward, 1).unwrap();
    assert_eq!(page.events[0].1, sent[3].event);
    let outsider = t.rooms.context(&info, t.num(&user("eve")), sent[4].event, (2, 2), |_| true).unwrap();
    assert!(outsider.is_none());
}
