//! What passes between servers that share a room.

use serde_json::{Value, json};
use testing::{TestServer, TestUser, segment};

/// People of as many servers in one room, which the first of them made.
async fn together(count: usize) -> (Vec<TestServer>, Vec<TestUser>, String) {
    let servers = TestServer::several(count).await;
    let mut people = Vec::new();
    for (number, server) in servers.iter().enumerate() {
        people.push(server.user(&format!("user{number}")).await);
    }
    let room = people[0].room_with(json!({"preset": "public_chat"})).await;
    for user in &people[1..] {
        let path = format!("/v3/join/{}?via={}", segment(&room), segment(servers[0].name()));
        user.post(&path, json!({})).await.ok();
    }
    (servers, people, room)
}

fn join<'a>(news: &'a Value, room: &str) -> &'a Value {
    &news["rooms"]["join"][room]
}

fn events<'a>(of: &'a Value, what: &str) -> impl Iterator<Item = &'a Value> + use<'a> {
    of[what]["events"].as_array().into_iter().flatten()
}

/// Waits until the timeline of a room has a message.
async fn hears(user: &TestUser, since: &str, room: &str, text: &str) {
    let has =
        |news: &Value| events(join(news, room), "timeline").any(|event| event["content"]["body"] == text);
    user.sync_until(since, has).await;
}

#[tokio::test]
async fn all_servers_of_a_room_hear_what_is_said_and_who_was_let_in() {
    let (_servers, people, room) = together(3).await;
    // The third joined through the first, which tells the second.
    let path = format!("/v3/rooms/{}/joined_members", segment(&room));
    let since = people[1].now().await;
    people[2].say(&room, "from the third").await;
    hears(&people[1], &since, &room, "from the third").await;
    let members = people[1].get(&path).await.ok();
    assert_eq!(members["joined"].as_object().map_or(0, serde_json::Map::len), 3, "{members}");
    for speaker in &people {
        let mut since = Vec::new();
        for user in &people {
            since.push(user.now().await);
        }
        let text = format!("said by {}", speaker.id);
        speaker.say(&room, &text).await;
        for (user, since) in people.iter().zip(&since) {
            hears(user, since, &room, &text).await;
        }
    }
}

#[tokio::test]
async fn a_message_for_a_device_there_comes_once() {
    let (_servers, people, _room) = together(2).await;
    let (alice, bob) = (&people[0], &people[1]);
    let start = bob.now().await;
    for number in 0..20 {
        let body = json!({"messages": {bob.id.clone(): {bob.device.clone(): {"number": number}}}});
        for _ in 0..2 {
            alice.put(&format!("/v3/sendToDevice/org.example.note/{number}"), body.clone()).await.ok();
        }
    }
    let mut since = start;
    let mut seen = Vec::new();
    while seen.len() < 20 {
        let news = bob.sync_until(&since, |news| events(news, "to_device").next().is_some()).await;
        for event in events(&news, "to_device") {
            assert_eq!((&event["sender"], &event["type"]), (&json!(alice.id), &json!("org.example.note")));
            seen.push(event["content"]["number"].as_u64().expect("a number"));
        }
        news["next_batch"].as_str().expect("a token").clone_into(&mut since);
    }
    assert_eq!(seen, (0..20).collect::<Vec<u64>>());
}

#[tokio::test]
async fn changed_keys_are_seen_there() {
    let (_servers, people, _room) = together(2).await;
    let (alice, bob) = (&people[0], &people[1]);
    let query = async || {
        let found = bob.post("/v3/keys/query", json!({"device_keys": {alice.id.clone(): []}})).await.ok();
        assert_eq!(found["failures"], Value::Null, "{found}");
        found["device_keys"][&alice.id].as_object().map_or(0, serde_json::Map::len)
    };
    assert_eq!(query().await, 0);
    let changed = |news: &Value| {
        news["device_lists"]["changed"].as_array().is_some_and(|list| list.contains(&json!(alice.id)))
    };
    let id = |algorithm: &str| format!("{algorithm}:{}", alice.device);
    for number in 0..3 {
        let since = bob.now().await;
        let keys = json!({
            "user_id": alice.id,
            "device_id": alice.device,
            "algorithms": ["m.olm.v1.curve25519-aes-sha2"],
            "keys": {id("curve25519"): format!("aGVsbG8{number}"), id("ed25519"): "d29ybGQ"},
            "signatures": {alice.id.clone(): {id("ed25519"): "c2lnbmF0dXJl"}},
        });
        alice.post("/v3/keys/upload", json!({"device_keys": keys})).await.ok();
        bob.sync_until(&since, changed).await;
        let found = bob.post("/v3/keys/query", json!({"device_keys": {alice.id.clone(): []}})).await.ok();
        assert_eq!(found["device_keys"][&alice.id][&alice.device], keys, "change {number}");
    }
}

#[tokio::test]
async fn who_types_and_reads_there_is_seen() {
    let (_servers, people, room) = together(2).await;
    let (alice, bob) = (&people[0], &people[1]);
    let (since, alices) = (bob.now().await, alice.now().await);
    let event = alice.say(&room, "hello").await;
    hears(bob, &since, &room, "hello").await;
    let path = format!("/v3/rooms/{}/typing/{}", segment(&room), segment(&alice.id));
    alice.put(&path, json!({"typing": true, "timeout": 20_000})).await.ok();
    let types = |news: &Value| {
        events(join(news, &room), "ephemeral").any(|told| told["content"]["user_ids"] == json!([alice.id]))
    };
    bob.sync_until(&since, types).await;
    let path = format!("/v3/rooms/{}/receipt/m.read/{}", segment(&room), segment(&event));
    bob.post(&path, json!({})).await.ok();
    let reads = |news: &Value| {
        events(join(news, &room), "ephemeral")
            .any(|told| told["content"][&event]["m.read"][&bob.id]["ts"].is_u64())
    };
    alice.sync_until(&alices, reads).await;
}
