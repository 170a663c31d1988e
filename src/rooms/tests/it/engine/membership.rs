//! Coming, going, and being sent away.

use crate::common::{TestRooms, profile, state, user};
use rooms::{Code, CreateRoom, MemberChange, Membership, RoomError};
use ruma::{RoomVersionId, UserId};
use serde_json::json;

fn forbidden<T: std::fmt::Debug>(result: Result<T, RoomError>) {
    match result {
        Err(RoomError::Forbidden(why)) => assert!(!why.is_empty()),
        other => panic!("should be forbidden: {other:?}"),
    }
}

fn state_of(t: &TestRooms, room: &ruma::RoomId, who: &UserId) -> Option<Membership> {
    let info = t.rooms.membership_of(t.info(room).num, who).unwrap()?;
    let user = t.rooms.ids().user(who).unwrap();
    // The two tables, and the memory, tell the same.
    assert_eq!(t.rooms.rooms_of(user).unwrap().get(t.info(room).num), Some(&info));
    assert_eq!(t.membership(room, who), info.state.as_str());
    Some(info.state)
}

#[tokio::test]
async fn people_come_and_go() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    let num = t.info(&room).num;
    assert_eq!(state_of(&t, &room, &bob), None);
    forbidden(t.rooms.send(&room, crate::common::message(&bob, "hi")).await);
    forbidden(t.rooms.leave(&room, &bob, MemberChange::default()).await);

    let joined = t.join(&room, &bob).await;
    assert_eq!(state_of(&t, &room, &bob), Some(Membership::Join));
    assert_eq!(t.rooms.joined_count(num).unwrap(), 2);
    assert!(
        t.rooms.share_room(t.rooms.ids().user(&alice).unwrap(), t.rooms.ids().user(&bob).unwrap()).unwrap()
    );
    assert_eq!(t.join(&room, &bob).await, joined, "nothing would change");
    let renamed = t.rooms.join(&room, &bob, MemberChange::default()).await.unwrap();
    assert_ne!(renamed.event_id, joined.event_id, "the name went away");
    assert_eq!(t.rooms.joined_count(num).unwrap(), 2);

    let left = t.rooms.leave(&room, &bob, MemberChange::because(Some("bye".to_owned()))).await.unwrap();
    assert_eq!(
        t.content(&room, "m.room.member", "@bob:a"),
        json!({ "membership": "leave", "reason": "bye" })
    );
    assert_eq!(t.rooms.leave(&room, &bob, MemberChange::default()).await.unwrap(), left);
    assert_eq!(state_of(&t, &room, &bob), Some(Membership::Leave));
    assert_eq!(t.rooms.joined_count(num).unwrap(), 1);
}

#[tokio::test]
async fn moderators_send_people_away() {
    let t = TestRooms::new();
    let (alice, bob, carol) = (user("alice"), user("bob"), user("carol"));
    let room = t.room(&alice).await;
    t.join(&room, &bob).await;
    t.join(&room, &carol).await;
    forbidden(t.rooms.kick(&room, &bob, &carol, None).await);
    t.rooms.kick(&room, &alice, &bob, Some("rude".to_owned())).await.unwrap();
    assert_eq!(state_of(&t, &room, &bob), Some(Membership::Leave));
    forbidden(t.rooms.kick(&room, &alice, &bob, None).await);
    t.join(&room, &bob).await;
    t.rooms.ban(&room, &alice, &bob, None).await.unwrap();
    forbidden(t.rooms.join(&room, &bob, profile(&bob)).await);
    forbidden(t.rooms.invite(&room, &alice, &bob, MemberChange::default()).await);
    forbidden(t.rooms.leave(&room, &bob, MemberChange::default()).await);
    t.rooms.unban(&room, &alice, &bob, None).await.unwrap();
    forbidden(t.rooms.unban(&room, &alice, &bob, None).await);
    t.join(&room, &bob).await;
}

#[tokio::test]
async fn invites_open_closed_rooms() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.rooms.create(CreateRoom::by(alice.clone())).await.unwrap();
    forbidden(t.rooms.join(&room, &bob, profile(&bob)).await);
    let invite = t.rooms.invite(&room, &alice, &bob, profile(&bob)).await.unwrap();
    assert_eq!(t.rooms.invite(&room, &alice, &bob, profile(&bob)).await.unwrap(), invite);
    assert_eq!(state_of(&t, &room, &bob), Some(Membership::Invite));
    assert_eq!(t.rooms.invited_count(t.info(&room).num).unwrap(), 1);
    t.join(&room, &bob).await;
    assert_eq!(t.rooms.invited_count(t.info(&room).num).unwrap(), 0);
    forbidden(t.rooms.invite(&room, &alice, &bob, MemberChange::default()).await);
}

#[tokio::test]
async fn knocks_are_answered_with_invites() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.rooms.create(CreateRoom::by(alice.clone())).await.unwrap();
    forbidden(t.rooms.knock(&room, &bob, profile(&bob)).await);
    t.set(&room, &alice, "m.room.join_rules", "", json!({ "join_rule": "knock" })).await;
    t.rooms
        .knock(&room, &bob, MemberChange { reason: Some("please".to_owned()), ..profile(&bob) })
        .await
        .unwrap();
    assert_eq!(state_of(&t, &room, &bob), Some(Membership::Knock));
    t.rooms.invite(&room, &alice, &bob, profile(&bob)).await.unwrap();
    forbidden(t.rooms.knock(&room, &bob, profile(&bob)).await);
    t.join(&room, &bob).await;
}

#[tokio::test]
async fn members_of_one_room_may_join_another() {
    let t = TestRooms::new();
    let (alice, bob, carol) = (user("alice"), user("bob"), user("carol"));
    for (version, rule) in [
        (RoomVersionId::V8, "restricted"),
        (RoomVersionId::V10, "knock_restricted"),
        (RoomVersionId::V12, "restricted"),
    ] {
        let club = t.room(&alice).await;
        let room = t.room_of(&alice, &version).await;
        let allow = json!([{ "type": "m.room_membership", "room_id": club }]);
        t.set(&room, &alice, "m.room.join_rules", "", json!({ "join_rule": rule, "allow": allow })).await;
        forbidden(t.rooms.join(&room, &bob, profile(&bob)).await);
        t.join(&club, &bob).await;
        let first = t.join(&room, &bob).await;
        let content = t.content(&room, "m.room.member", bob.as_str());
        assert_eq!(content["join_authorised_via_users_server"], "@alice:a", "{version}");
        assert_eq!(t.join(&room, &bob).await, first);
        t.rooms.leave(&room, &alice, MemberChange::default()).await.unwrap();
        t.join(&club, &carol).await;
        let vouched = t.rooms.join(&room, &carol, profile(&carol)).await;
        assert!(matches!(vouched, Err(RoomError::Elsewhere(Code::UnableToGrantJoin, _))), "{vouched:?}");
    }
}

#[tokio::test]
async fn forgotten_rooms_are_gone_until_one_comes_back() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    let num = t.info(&room).num;
    assert!(matches!(t.rooms.forget(&room, &bob).await, Err(RoomError::NotFound(_))));
    t.join(&room, &bob).await;
    assert!(matches!(t.rooms.forget(&room, &bob).await, Err(RoomError::BadRequest(..))));
    t.rooms.leave(&room, &bob, MemberChange::default()).await.unwrap();
    t.rooms.forget(&room, &bob).await.unwrap();
    t.rooms.forget(&room, &bob).await.unwrap();
    let bob_num = t.rooms.ids().user(&bob).unwrap();
    assert!(t.rooms.is_forgotten(num, bob_num).unwrap());
    assert!(t.rooms.rooms_of(bob_num).unwrap().is_empty());
    t.join(&room, &bob).await;
    assert!(!t.rooms.is_forgotten(num, bob_num).unwrap());
    assert_eq!(t.rooms.joined_rooms(bob_num).unwrap(), [num]);
}

#[tokio::test]
async fn member_events_sent_as_state_follow_the_same_rules() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    let cases = [
        ("@bob:a", json!({})),
        ("@bob:a", json!({ "membership": "king" })),
        ("bob", json!({ "membership": "join" })),
        ("@bob:a", json!({ "membership": "join", "displayname": 7 })),
    ];
    for (key, content) in cases {
        let sent = t.rooms.send(&room, state(&bob, "m.room.member", key, content)).await;
        assert!(matches!(sent, Err(RoomError::BadRequest(..))), "{sent:?}");
    }
    t.set(&room, &bob, "m.room.member", "@bob:a", json!({ "membership": "join" })).await;
    assert_eq!(state_of(&t, &room, &bob), Some(Membership::Join));
}
