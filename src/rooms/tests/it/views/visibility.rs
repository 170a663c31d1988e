//! Who sees what of a room's history.

use crate::common::{TestRooms, user};
use rooms::MemberChange;
use ruma::{OwnedEventId, OwnedRoomId};
use serde_json::json;

/// A room of alice's with a message before, during and after bob's time in it, and one while he was only invited.
async fn room_with(t: &TestRooms, visibility: &str) -> (OwnedRoomId, [OwnedEventId; 4]) {
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    t.set(&room, &alice, "m.room.history_visibility", "", json!({"history_visibility": visibility})).await;
    let before = t.say(&room, &alice, "before").await.event_id;
    t.rooms.invite(&room, &alice, &bob, MemberChange::default()).await.unwrap();
    let invited = t.say(&room, &alice, "invited").await.event_id;
    t.join(&room, &bob).await;
    let during = t.say(&room, &alice, "during").await.event_id;
    t.rooms.leave(&room, &bob, MemberChange::default()).await.unwrap();
    let after = t.say(&room, &alice, "after").await.event_id;
    (room, [before, invited, during, after])
}

#[tokio::test]
async fn settings_open_the_history_they_say() {
    let t = TestRooms::new();
    let (bob, carol) = (user("bob"), user("carol"));
    for (visibility, bobs, carols) in [
        ("world_readable", [true, true, true, true], [true; 4]),
        ("shared", [true, true, true, false], [false; 4]),
        ("invited", [false, true, true, false], [false; 4]),
        ("joined", [false, false, true, false], [false; 4]),
        ("nonsense", [true, true, true, false], [false; 4]),
    ] {
        let (_, events) = room_with(&t, visibility).await;
        assert_eq!(events.each_ref().map(|event| t.sees(&bob, event)), bobs, "{visibility}");
        assert_eq!(events.each_ref().map(|event| t.sees(&carol, event)), carols, "{visibility}");
    }
}

#[tokio::test]
async fn coming_back_opens_what_was_shared_meanwhile() {
    let t = TestRooms::new();
    let bob = user("bob");
    let (room, events) = room_with(&t, "shared").await;
    t.join(&room, &bob).await;
    assert!(events.iter().all(|event| t.sees(&bob, event)));
    let (room, [_, _, _, after]) = room_with(&t, "joined").await;
    t.join(&room, &bob).await;
    assert!(!t.sees(&bob, &after));
}

#[tokio::test]
async fn one_sees_oneself_leave_and_the_rules_change() {
    let t = TestRooms::new();
    let (alice, bob, carol) = (user("alice"), user("bob"), user("carol"));
    let room = t.room(&alice).await;
    t.set(&room, &alice, "m.room.history_visibility", "", json!({"history_visibility": "joined"})).await;
    t.join(&room, &bob).await;
    let left = t.rooms.leave(&room, &bob, MemberChange::default()).await.unwrap().event_id;
    assert!(t.sees(&bob, &left));
    assert!(!t.sees(&carol, &left));
    let opened = t
        .set(&room, &alice, "m.room.history_visibility", "", json!({"history_visibility": "world_readable"}))
        .await;
    let open = t.say(&room, &alice, "open").await.event_id;
    let closed =
        t.set(&room, &alice, "m.room.history_visibility", "", json!({"history_visibility": "joined"})).await;
    let hidden = t.say(&room, &alice, "closed").await.event_id;
    assert!(t.sees(&carol, &opened.event_id) && t.sees(&carol, &open) && t.sees(&carol, &closed.event_id));
    assert!(!t.sees(&carol, &hidden));
}

#[tokio::test]
async fn a_ban_after_leaving_does_not_take_the_past_away() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let (room, [before, _, during, after]) = room_with(&t, "shared").await;
    t.rooms.ban(&room, &alice, &bob, None).await.unwrap();
    assert!(t.sees(&bob, &before) && t.sees(&bob, &during));
    assert!(!t.sees(&bob, &after));
    let info = t.info(&room);
    assert!(t.rooms.may_read(&info, t.num(&bob)).unwrap());
    assert!(!t.rooms.may_read(&info, t.num(&user("carol"))).unwrap());
}

#[tokio::test]
async fn members_learn_their_membership_at_each_event() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    let before = t.say(&room, &alice, "before").await.event_id;
    let joined = t.join(&room, &bob).await.event_id;
    let after = t.say(&room, &alice, "after").await.event_id;
    let membership = |event| t.shown(&room, &bob, event)["unsigned"].get("membership").cloned();
    assert_eq!(membership(&before), Some(json!("leave")));
    assert_eq!(membership(&joined), Some(json!("join")));
    assert_eq!(membership(&after), Some(json!("join")));
}
