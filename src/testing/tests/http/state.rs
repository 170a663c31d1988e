//! Room state over HTTP.

use serde_json::json;
use testing::{TestServer, segment};

#[tokio::test]
async fn state_is_set_read_and_missing() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let id = alice.state(&room, "org.example.kind", "a key", json!({"x": 1})).await;
    let base = format!("/v3/rooms/{}/state", segment(&room));
    assert_eq!(alice.get(&format!("{base}/org.example.kind/a%20key")).await.ok(), json!({"x": 1}));
    let event = alice.get(&format!("{base}/org.example.kind/a%20key?format=event")).await.ok();
    assert_eq!((&event["event_id"], &event["state_key"]), (&json!(id), &json!("a key")));
    alice.get(&format!("{base}/org.example.kind/")).await.refused(404, "M_NOT_FOUND");
    let all = alice.get(&base).await.ok();
    assert!(all.as_array().unwrap().iter().any(|event| event["event_id"] == id.as_str()));
}

#[tokio::test]
async fn the_same_state_again_is_the_same_event() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let first = alice.state(&room, "m.room.name", "", json!({"name": "Tea"})).await;
    assert_eq!(alice.state(&room, "m.room.name", "", json!({"name": "Tea"})).await, first);
    assert_ne!(alice.state(&room, "m.room.name", "", json!({"name": "Coffee"})).await, first);
}

#[tokio::test]
async fn plain_members_may_not_change_the_room() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let name = format!("/v3/rooms/{}/state/m.room.name/", segment(&room));
    bob.put(&name, json!({"name": "Bob's"})).await.refused(403, "M_FORBIDDEN");
    let other = format!("/v3/rooms/{}/state/org.example/{}", segment(&room), alice.id);
    bob.put(&other, json!({})).await.refused(403, "M_FORBIDDEN");
    bob.put(&format!("/v3/rooms/{}/send/m.room.message/1", segment(&room)), json!({"body": "x"})).await.ok();
}

#[tokio::test]
async fn canonical_aliases_must_lead_here() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let path = format!("/v3/rooms/{}/state/m.room.canonical_alias/", segment(&room));
    alice.put(&path, json!({"alias": "#nowhere:localhost"})).await.refused(400, "M_BAD_ALIAS");
    alice.put(&path, json!({"alias": "no alias"})).await.refused(400, "M_INVALID_PARAM");
    alice.put("/v3/directory/room/%23here:localhost", json!({"room_id": room})).await.ok();
    alice.put(&path, json!({"alias": "#here:localhost"})).await.ok();
}
