//! Looking into rooms without joining.

use serde_json::{Value, json};
use std::time::Duration;
use testing::{TestServer, TestUser, segment};

async fn open_room(user: &TestUser) -> String {
    let rule =
        json!({"type": "m.room.history_visibility", "content": {"history_visibility": "world_readable"}});
    user.room_with(json!({"preset": "public_chat", "initial_state": [rule], "name": "Window"})).await
}

fn bodies(events: &Value) -> Vec<Value> {
    let events = events.as_array().unwrap().iter();
    events
        .filter(|event| event["type"] == "m.room.message")
        .map(|event| event["content"]["body"].clone())
        .collect()
}

#[tokio::test]
async fn who_is_not_in_a_readable_room_sees_it_and_hears_of_news() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = open_room(&alice).await;
    alice.say(&room, "one").await;
    alice.say(&room, "two").await;
    let now = bob.get(&format!("/v3/rooms/{}/initialSync", segment(&room))).await.ok();
    assert_eq!(bodies(&now["messages"]["chunk"]), ["one", "two"]);
    assert!(now["state"].as_array().unwrap().iter().any(|event| event["content"]["name"] == "Window"));
    assert_eq!(now["visibility"], "private");
    assert!(now.get("membership").is_none());
    let earlier = format!(
        "/v3/rooms/{}/messages?dir=f&from={}",
        segment(&room),
        segment(now["messages"]["start"].as_str().unwrap())
    );
    assert_eq!(bodies(&bob.get(&earlier).await.ok()["chunk"]), ["one", "two"]);

    let end = segment(now["messages"]["end"].as_str().unwrap());
    let path = format!("/v3/events?room_id={}&from={end}&timeout=20000", segment(&room));
    let (news, _) = tokio::join!(bob.get(&path), alice.say(&room, "three"));
    let news = news.ok();
    assert_eq!(bodies(&news["chunk"]), ["three"]);
    let end = segment(news["end"].as_str().unwrap());
    let path = format!("/v3/events?room_id={}&from={end}&timeout=0", segment(&room));
    let quiet =
        tokio::time::timeout(Duration::from_secs(10), bob.get(&path)).await.expect("it does not wait");
    assert!(bodies(&quiet.ok().get("chunk").cloned().unwrap_or(json!([]))).is_empty());
}

#[tokio::test]
async fn other_rooms_are_closed_and_those_who_left_see_what_they_saw() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    let path = format!("/v3/rooms/{}/initialSync", segment(&room));
    bob.get(&path).await.refused(403, "M_FORBIDDEN");
    bob.get(&format!("/v3/events?room_id={}", segment(&room))).await.refused(403, "M_FORBIDDEN");
    bob.join(&room).await;
    alice.say(&room, "seen").await;
    bob.leave(&room).await;
    alice.say(&room, "unseen").await;
    let left = bob.get(&path).await.ok();
    assert_eq!(left["membership"], "leave");
    assert_eq!(bodies(&left["messages"]["chunk"]), ["seen"]);
    let joined = alice.get(&path).await.ok();
    assert_eq!((bodies(&joined["messages"]["chunk"]).len(), &joined["membership"]), (2, &json!("join")));
}
