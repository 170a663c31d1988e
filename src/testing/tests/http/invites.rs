//! Invites, taken and refused.

use serde_json::json;
use testing::{TestServer, segment};

#[tokio::test]
async fn a_refused_invite_is_gone() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room_with(json!({"preset": "private_chat"})).await;
    alice.invite(&room, &bob).await;
    let before = bob.sync(None).await;
    assert!(before["rooms"]["invite"].get(&room).is_some());
    bob.leave(&room).await;
    let since = before["next_batch"].as_str().unwrap();
    let after = bob.sync(Some(since)).await;
    assert!(after["rooms"]["leave"].get(&room).is_some(), "{after}");
    assert!(bob.sync(None).await["rooms"]["invite"].get(&room).is_none());
}

#[tokio::test]
async fn inviting_has_rules() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room_with(json!({"preset": "private_chat"})).await;
    let path = format!("/v3/rooms/{}/invite", segment(&room));
    bob.post(&path, json!({"user_id": bob.id})).await.refused(403, "M_FORBIDDEN");
    alice.invite(&room, &bob).await;
    bob.join(&room).await;
    alice.post(&path, json!({"user_id": bob.id})).await.refused(403, "M_FORBIDDEN");
    alice.post(&path, json!({"user_id": "no user id"})).await.refused(400, "M_BAD_JSON");
}

#[tokio::test]
async fn those_who_were_only_invited_see_what_became_of_it() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room_with(json!({"preset": "private_chat"})).await;
    alice.invite(&room, &bob).await;
    let since = bob.now().await;
    let kick = format!("/v3/rooms/{}/kick", segment(&room));
    alice.post(&kick, json!({"user_id": bob.id, "reason": "changed my mind"})).await.ok();
    let answer = bob.sync_until(&since, |answer| answer["rooms"]["leave"].get(&room).is_some()).await;
    let events = answer["rooms"]["leave"][&room]["timeline"]["events"].as_array().unwrap();
    assert_eq!(events.last().unwrap()["content"]["reason"], "changed my mind");
}

#[tokio::test]
async fn whoever_wants_no_invites_gets_none() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room_with(json!({"preset": "private_chat"})).await;
    alice.invite(&room, &bob).await;
    let config = format!("/v3/user/{}/account_data/m.invite_permission_config", segment(&bob.id));
    bob.put(&config, json!({"default_action": "block"})).await.ok();
    assert!(bob.sync(None).await["rooms"].get("invite").is_none(), "older ones are not shown either");
    let other = alice.room_with(json!({"preset": "private_chat"})).await;
    let invite = format!("/v3/rooms/{}/invite", segment(&other));
    alice.post(&invite, json!({"user_id": bob.id})).await.refused(403, "M_INVITE_BLOCKED");
    let state = format!("/v3/rooms/{}/state/m.room.member/{}", segment(&other), segment(&bob.id));
    alice.put(&state, json!({"membership": "invite"})).await.refused(403, "M_INVITE_BLOCKED");
    let wish = json!({"preset": "private_chat", "invite": [bob.id]});
    alice.post("/v3/createRoom", wish).await.refused(403, "M_INVITE_BLOCKED");
    bob.put(&config, json!({"default_action": "allow"})).await.ok();
    alice.post(&invite, json!({"user_id": bob.id})).await.ok();
    assert!(bob.sync(None).await["rooms"]["invite"].get(&other).is_some());
}
