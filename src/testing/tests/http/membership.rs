//! Who may do what to whom.

use serde_json::json;
use testing::{TestServer, TestUser, segment};

async fn members(user: &TestUser, room: &str) -> Vec<String> {
    let body = user.get(&format!("/v3/rooms/{}/joined_members", segment(room))).await.ok();
    body["joined"].as_object().unwrap().keys().cloned().collect()
}

#[tokio::test]
async fn a_private_room_wants_an_invite() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room_with(json!({"preset": "private_chat"})).await;
    let join = format!("/v3/rooms/{}/join", segment(&room));
    bob.post(&join, json!({})).await.refused(403, "M_FORBIDDEN");
    alice.invite(&room, &bob).await;
    bob.post(&join, json!({})).await.ok();
    assert_eq!(members(&alice, &room).await, [alice.id.clone(), bob.id.clone()]);
}

#[tokio::test]
async fn banned_people_stay_out_until_unbanned() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let path = |action: &str| format!("/v3/rooms/{}/{action}", segment(&room));
    let whom = json!({"user_id": bob.id, "reason": "spam"});
    bob.post(&path("ban"), json!({"user_id": alice.id})).await.refused(403, "M_FORBIDDEN");
    alice.post(&path("ban"), whom.clone()).await.ok();
    bob.post(&path("join"), json!({})).await.refused(403, "M_FORBIDDEN");
    let state = alice.get(&path(&format!("state/m.room.member/{}", bob.id))).await.ok();
    assert_eq!((&state["membership"], &state["reason"]), (&json!("ban"), &json!("spam")));
    alice.post(&path("unban"), whom).await.ok();
    bob.join(&room).await;
}

#[tokio::test]
async fn kicked_people_may_come_back() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let kick = format!("/v3/rooms/{}/kick", segment(&room));
    alice.post(&kick, json!({"user_id": bob.id})).await.ok();
    assert_eq!(members(&alice, &room).await, [alice.id.as_str()]);
    alice.post(&kick, json!({"user_id": bob.id})).await.refused(403, "M_FORBIDDEN");
    bob.join(&room).await;
}

#[tokio::test]
async fn knocking_asks_and_an_invite_answers() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let rules = json!([{"type": "m.room.join_rules", "content": {"join_rule": "knock"}}]);
    let room = alice.room_with(json!({"initial_state": rules})).await;
    let since = alice.now().await;
    bob.post(&format!("/v3/knock/{}", segment(&room)), json!({"reason": "please"})).await.ok();
    let answer = alice.sync_until(&since, |answer| answer["rooms"]["join"].get(&room).is_some()).await;
    let event = &answer["rooms"]["join"][&room]["timeline"]["events"][0];
    assert_eq!(event["content"]["membership"], "knock");
    assert_eq!(event["content"]["reason"], "please");
    assert!(bob.sync(None).await["rooms"]["knock"].get(&room).is_some());
    alice.invite(&room, &bob).await;
    bob.join(&room).await;
}

#[tokio::test]
async fn restricted_rooms_open_to_members_of_another() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let club = alice.room().await;
    let rule = json!({"join_rule": "restricted", "allow": [{"type": "m.room_membership", "room_id": club}]});
    let room =
        alice.room_with(json!({"initial_state": [{"type": "m.room.join_rules", "content": rule}]})).await;
    let join = format!("/v3/rooms/{}/join", segment(&room));
    bob.post(&join, json!({})).await.refused(403, "M_FORBIDDEN");
    bob.join(&club).await;
    bob.post(&join, json!({})).await.ok();
}

#[tokio::test]
async fn outsiders_learn_nothing() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = segment(&alice.room_with(json!({"preset": "private_chat"})).await);
    for path in ["state", "members", "joined_members", "messages?dir=b"] {
        bob.get(&format!("/v3/rooms/{room}/{path}")).await.refused(403, "M_FORBIDDEN");
    }
    let send = format!("/v3/rooms/{room}/send/m.room.message/1");
    bob.put(&send, json!({"body": "hello"})).await.refused(403, "M_FORBIDDEN");
}
