//! Paging through a room.

use serde_json::{Value, json};
use testing::{TestServer, TestUser, segment};

fn ids(page: &Value) -> Vec<String> {
    let events = page["chunk"].as_array().unwrap().iter();
    events.map(|event| event["event_id"].as_str().unwrap().to_owned()).collect()
}

async fn all(user: &TestUser, room: &str, direction: &str, limit: u32) -> Vec<String> {
    let (mut seen, mut from) = (Vec::new(), String::new());
    loop {
        let path = format!("/v3/rooms/{}/messages?dir={direction}&limit={limit}{from}", segment(room));
        let page = user.get(&path).await.ok();
        seen.extend(ids(&page));
        match page["end"].as_str() {
            Some(end) => from = format!("&from={}", segment(end)),
            None => return seen,
        }
    }
}

#[tokio::test]
async fn pages_meet_without_gap_or_overlap() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let mut said = Vec::new();
    for number in 0..23 {
        said.push(alice.say(&room, &number.to_string()).await);
    }
    let forwards = all(&alice, &room, "f", 5).await;
    let mut backwards = all(&alice, &room, "b", 7).await;
    backwards.reverse();
    assert_eq!(forwards, backwards);
    assert_eq!(forwards[forwards.len() - said.len()..], said[..]);
}

#[tokio::test]
async fn prev_batch_of_a_limited_timeline_leads_to_what_is_missing() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let since = bob.now().await;
    let mut said = Vec::new();
    for number in 0..60 {
        said.push(alice.say(&room, &number.to_string()).await);
    }
    let answer = bob.sync(Some(&since)).await;
    let timeline = &answer["rooms"]["join"][&room]["timeline"];
    assert_eq!(timeline["limited"], true);
    let shown: Vec<_> =
        timeline["events"].as_array().unwrap().iter().map(|event| event["event_id"].clone()).collect();
    let from = segment(timeline["prev_batch"].as_str().unwrap());
    let missing = said.len() - shown.len();
    let path = format!("/v3/rooms/{}/messages?dir=b&limit={missing}&from={from}", segment(&room));
    let mut earlier = ids(&bob.get(&path).await.ok());
    earlier.reverse();
    assert_eq!(earlier, said[..missing]);
    assert_eq!(shown, said[missing..]);
}

#[tokio::test]
async fn context_shows_both_sides_and_the_state() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let mut said = Vec::new();
    for number in 0..9 {
        said.push(alice.say(&room, &number.to_string()).await);
    }
    let path = format!("/v3/rooms/{}/context/{}?limit=4", segment(&room), segment(&said[4]));
    let context = alice.get(&path).await.ok();
    let list = |key: &str| ids(&json!({"chunk": context[key]}));
    assert_eq!(context["event"]["event_id"], said[4].as_str());
    assert_eq!(list("events_before"), [said[3].clone(), said[2].clone()]);
    assert_eq!(list("events_after"), said[5..7]);
    assert!(context["state"].as_array().unwrap().iter().any(|event| event["type"] == "m.room.create"));
}

#[tokio::test]
async fn what_was_said_before_joining_depends_on_the_room() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    for (visibility, visible) in
        [("shared", true), ("joined", false), ("world_readable", true), ("invited", false)]
    {
        let rule =
            json!({"type": "m.room.history_visibility", "content": {"history_visibility": visibility}});
        let room = alice.room_with(json!({"preset": "public_chat", "initial_state": [rule]})).await;
        let early = alice.say(&room, "early").await;
        bob.join(&room).await;
        let late = alice.say(&room, "late").await;
        let seen = all(&bob, &room, "b", 50).await;
        assert_eq!(seen.contains(&early), visible, "{visibility}");
        assert!(seen.contains(&late), "{visibility}");
        let event = format!("/v3/rooms/{}/event/{}", segment(&room), segment(&early));
        assert_eq!(bob.get(&event).await.status, if visible { 200 } else { 404 }, "{visibility}");
    }
}

#[tokio::test]
async fn filters_choose_what_pages_hold() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    alice.say(&room, "text").await;
    let link = alice
        .send(&room, "m.room.message", json!({"msgtype": "m.image", "body": "x", "url": "mxc://localhost/a"}))
        .await;
    let filter = segment(r#"{"contains_url":true}"#);
    let path = format!("/v3/rooms/{}/messages?dir=b&filter={filter}", segment(&room));
    assert_eq!(ids(&alice.get(&path).await.ok()), [link]);
    let filter = segment(r#"{"types":["m.room.create"]}"#);
    let path = format!("/v3/rooms/{}/messages?dir=b&filter={filter}", segment(&room));
    assert_eq!(ids(&alice.get(&path).await.ok()).len(), 1);
}
