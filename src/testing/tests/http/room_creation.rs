//! What `/createRoom` makes of its options.

use serde_json::{Value, json};
use testing::{TestServer, TestUser, segment};

async fn content(user: &TestUser, room: &str, kind: &str) -> Value {
    user.get(&format!("/v3/rooms/{}/state/{kind}/", segment(room))).await.ok()
}

#[tokio::test]
async fn presets_say_who_may_join_and_read() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    for (preset, join, history, guests) in [
        ("private_chat", "invite", "shared", "can_join"),
        ("trusted_private_chat", "invite", "shared", "can_join"),
        ("public_chat", "public", "shared", "forbidden"),
    ] {
        let room = alice.room_with(json!({"preset": preset})).await;
        assert_eq!(content(&alice, &room, "m.room.join_rules").await["join_rule"], join);
        let visibility = content(&alice, &room, "m.room.history_visibility").await;
        assert_eq!(visibility["history_visibility"], history);
        let access = alice.get(&format!("/v3/rooms/{}/state/m.room.guest_access/", segment(&room))).await;
        assert_eq!(access.ok()["guest_access"], guests);
    }
}

#[tokio::test]
async fn name_topic_alias_and_initial_state_are_there() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice
        .room_with(json!({
            "name": "Tea", "topic": "Leaves", "room_alias_name": "tea", "visibility": "public",
            "initial_state": [{"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}],
        }))
        .await;
    assert_eq!(content(&alice, &room, "m.room.name").await["name"], "Tea");
    assert_eq!(content(&alice, &room, "m.room.topic").await["topic"], "Leaves");
    assert_eq!(content(&alice, &room, "m.room.canonical_alias").await["alias"], "#tea:localhost");
    assert_eq!(content(&alice, &room, "m.room.encryption").await["algorithm"], "m.megolm.v1.aes-sha2");
    let listed = alice.get("/v3/publicRooms").await.ok();
    assert_eq!(listed["chunk"][0]["room_id"], room.as_str());
    let taken = json!({"room_alias_name": "tea"});
    alice.post("/v3/createRoom", taken).await.refused(400, "M_ROOM_IN_USE");
}

#[tokio::test]
async fn every_version_can_be_made_and_others_not() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    for version in 1..=12 {
        let room = alice.room_with(json!({"room_version": version.to_string()})).await;
        let create = content(&alice, &room, "m.room.create").await;
        assert_eq!(create["room_version"].as_str().unwrap_or("1"), version.to_string());
        alice.say(&room, "hello").await;
    }
    let body = json!({"room_version": "no-such-version"});
    alice.post("/v3/createRoom", body).await.refused(400, "M_UNSUPPORTED_ROOM_VERSION");
    let default = content(&alice, &alice.room().await, "m.room.create").await;
    assert_eq!(default["room_version"], "12");
}

#[tokio::test]
async fn invited_people_get_an_invite_that_shows_the_room() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let since = bob.now().await;
    let room = alice.room_with(json!({"name": "Us", "is_direct": true, "invite": [bob.id]})).await;
    let answer = bob.sync_until(&since, |answer| answer["rooms"]["invite"].get(&room).is_some()).await;
    let events = answer["rooms"]["invite"][&room]["invite_state"]["events"].as_array().unwrap();
    let own = events.iter().find(|event| event["state_key"] == bob.id.as_str()).unwrap();
    assert_eq!(own["content"]["membership"], "invite");
    assert_eq!(own["content"]["is_direct"], true);
    assert!(events.iter().any(|event| event["type"] == "m.room.name" && event["content"]["name"] == "Us"));
}

#[tokio::test]
async fn power_levels_may_be_overridden_but_not_nonsense() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room_with(json!({"power_level_content_override": {"events_default": 50}})).await;
    assert_eq!(content(&alice, &room, "m.room.power_levels").await["events_default"], 50);
    let body = json!({"power_level_content_override": {"events_default": "many"}});
    let refused = alice.post("/v3/createRoom", body).await;
    assert_eq!(refused.status, 400, "{}", refused.body);
}
