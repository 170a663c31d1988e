//! The event closest to a time.

use serde_json::{Value, json};
use testing::{Answer, TestServer, TestUser, segment};

async fn at(user: &TestUser, room: &str, time: u64, direction: &str) -> Answer {
    user.get(&format!("/v1/rooms/{}/timestamp_to_event?ts={time}&dir={direction}", segment(room))).await
}

async fn time_of(user: &TestUser, room: &str, event: &str) -> u64 {
    let path = format!("/v3/rooms/{}/event/{}", segment(room), segment(event));
    user.get(&path).await.ok()["origin_server_ts"].as_u64().unwrap()
}

/// An event whose time no other has.
async fn say_later(user: &TestUser, room: &str, text: &str) -> (String, u64) {
    loop {
        let before = user.say(room, text).await;
        let event = user.say(room, text).await;
        let after = user.say(room, text).await;
        let time = time_of(user, room, &event).await;
        if time_of(user, room, &before).await < time && time < time_of(user, room, &after).await {
            return (event, time);
        }
    }
}

fn id(answer: &Value) -> &str {
    answer["event_id"].as_str().unwrap()
}

#[tokio::test]
async fn the_closest_event_in_each_direction() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let (event, time) = say_later(&alice, &room, "x").await;
    for direction in ["f", "b"] {
        let found = at(&alice, &room, time, direction).await.ok();
        assert_eq!((id(&found), found["origin_server_ts"].as_u64()), (&*event, Some(time)), "{direction}");
    }
    let later = at(&alice, &room, time + 1, "f").await.ok();
    assert!(later["origin_server_ts"].as_u64() > Some(time));
    let earlier = at(&alice, &room, time - 1, "b").await.ok();
    assert!(earlier["origin_server_ts"].as_u64() < Some(time));
    at(&alice, &room, 0, "b").await.refused(404, "M_NOT_FOUND");
    at(&alice, &room, time + 1_000_000_000, "f").await.refused(404, "M_NOT_FOUND");
    let create = at(&alice, &room, 0, "f").await.ok();
    let path = format!("/v3/rooms/{}/event/{}", segment(&room), segment(id(&create)));
    assert_eq!(alice.get(&path).await.ok()["type"], "m.room.create");
}

#[tokio::test]
async fn only_what_one_may_see_is_found() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let rule = json!({"type": "m.room.history_visibility", "content": {"history_visibility": "joined"}});
    let room = alice.room_with(json!({"preset": "public_chat", "initial_state": [rule]})).await;
    let (_, time) = say_later(&alice, &room, "before").await;
    at(&bob, &room, time, "f").await.refused(403, "M_FORBIDDEN");
    bob.join(&room).await;
    let found = at(&bob, &room, time, "f").await.ok();
    let path = format!("/v3/rooms/{}/event/{}", segment(&room), segment(id(&found)));
    let event = bob.get(&path).await.ok();
    assert_eq!((&event["type"], &event["state_key"]), (&json!("m.room.member"), &json!(bob.id)));
    at(&bob, &room, time, "sideways").await.refused(400, "M_INVALID_PARAM");
}
