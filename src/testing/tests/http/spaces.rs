//! What is in a space.

use serde_json::{Value, json};
use testing::{TestServer, TestUser, segment};

async fn space(user: &TestUser, name: &str) -> String {
    let options = json!({"preset": "public_chat", "name": name, "creation_content": {"type": "m.space"}});
    user.room_with(options).await
}

async fn child(user: &TestUser, space: &str, room: &str, more: Value) {
    let mut content = json!({"via": ["localhost"]});
    content.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    user.state(space, "m.space.child", room, content).await;
}

async fn hierarchy(user: &TestUser, space: &str, query: &str) -> Value {
    user.get(&format!("/v1/rooms/{}/hierarchy{query}", segment(space))).await.ok()
}

fn ids(page: &Value) -> Vec<String> {
    let rooms = page["rooms"].as_array().unwrap().iter();
    rooms.map(|room| room["room_id"].as_str().unwrap().to_owned()).collect()
}

/// root → (one, sub → (two, three), four): the rooms in the order in which they are shown.
async fn tree(user: &TestUser) -> [String; 6] {
    let (root, sub) = (space(user, "Root").await, space(user, "Sub").await);
    let [one, two, three, four] =
        [user.room().await, user.room().await, user.room().await, user.room().await];
    child(user, &root, &one, json!({"suggested": true, "order": "1"})).await;
    child(user, &root, &sub, json!({"order": "2"})).await;
    child(user, &root, &four, json!({"suggested": true, "order": "3"})).await;
    child(user, &sub, &three, json!({})).await;
    child(user, &sub, &two, json!({"order": "a"})).await;
    [root, one, sub, two, three, four]
}

#[tokio::test]
async fn rooms_come_from_top_to_bottom_with_what_is_known_of_them() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let rooms = tree(&alice).await;
    // A loop, a room that is no space, and a room that nobody knows change nothing.
    child(&alice, &rooms[2], &rooms[0], json!({"order": "z"})).await;
    child(&alice, &rooms[1], &rooms[5], json!({})).await;
    child(&alice, &rooms[2], "!unknown:elsewhere.example", json!({"order": "y"})).await;
    let page = hierarchy(&alice, &rooms[0], "").await;
    assert_eq!(ids(&page), rooms);
    assert!(page.get("next_batch").is_none());
    let root = &page["rooms"][0];
    assert_eq!(
        (&root["name"], &root["room_type"], &root["num_joined_members"]),
        (&json!("Root"), &json!("m.space"), &json!(1))
    );
    let keys: Vec<_> =
        root["children_state"].as_array().unwrap().iter().map(|event| event["state_key"].clone()).collect();
    assert_eq!(keys, [rooms[1].as_str(), rooms[2].as_str(), rooms[5].as_str()]);
    let event = &root["children_state"][0];
    assert_eq!((&event["type"], &event["sender"]), (&json!("m.space.child"), &json!(alice.id)));
    assert!(event["origin_server_ts"].is_u64() && event["content"]["via"].is_array());
    assert_eq!(page["rooms"][1]["children_state"], json!([]));
}

#[tokio::test]
async fn depth_and_suggestions_bound_the_walk() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let [root, one, sub, _, _, four] = tree(&alice).await;
    assert_eq!(ids(&hierarchy(&alice, &root, "?max_depth=0").await), [root.as_str()]);
    let flat = [root.clone(), one.clone(), sub.clone(), four.clone()];
    assert_eq!(ids(&hierarchy(&alice, &root, "?max_depth=1").await), flat);
    let suggested = hierarchy(&alice, &root, "?suggested_only=true").await;
    assert_eq!(ids(&suggested), [root.clone(), one, four]);
    assert_eq!(suggested["rooms"][0]["children_state"].as_array().unwrap().len(), 2);
    alice.state(&root, "m.space.child", &sub, json!({})).await;
    assert!(!ids(&hierarchy(&alice, &root, "").await).contains(&sub));
}

#[tokio::test]
async fn pages_follow_each_other() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let rooms = tree(&alice).await;
    let (mut seen, mut from) = (Vec::new(), String::new());
    loop {
        let page = hierarchy(&alice, &rooms[0], &format!("?limit=2{from}")).await;
        seen.extend(ids(&page));
        match page["next_batch"].as_str() {
            Some(next) => from = format!("&from={}", segment(next)),
            None => break,
        }
    }
    assert_eq!(seen, rooms);
    let path = format!("/v1/rooms/{}/hierarchy?suggested_only=true{from}", segment(&rooms[0]));
    alice.get(&path).await.refused(400, "M_INVALID_PARAM");
}

#[tokio::test]
async fn rooms_that_one_may_not_know_are_left_out() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let root = space(&alice, "Root").await;
    let secret = alice.room_with(json!({"preset": "private_chat"})).await;
    let members = json!({"type": "m.room.join_rules", "content": {
        "join_rule": "restricted", "allow": [{"type": "m.room_membership", "room_id": root}]}});
    let restricted = alice.room_with(json!({"preset": "private_chat", "initial_state": [members]})).await;
    child(&alice, &root, &secret, json!({"order": "1"})).await;
    child(&alice, &root, &restricted, json!({"order": "2"})).await;
    assert_eq!(ids(&hierarchy(&bob, &root, "").await), [root.as_str()]);
    bob.join(&root).await;
    let page = hierarchy(&bob, &root, "").await;
    assert_eq!(ids(&page), [root.clone(), restricted.clone()]);
    assert_eq!(page["rooms"][0]["children_state"].as_array().unwrap().len(), 2);
    assert_eq!(page["rooms"][1]["allowed_room_ids"], json!([root]));
    alice.invite(&secret, &bob).await;
    assert_eq!(ids(&hierarchy(&bob, &root, "").await), [root, secret.clone(), restricted]);
    let carol = server.user("carol").await;
    carol.get(&format!("/v1/rooms/{}/hierarchy", segment(&secret))).await.refused(403, "M_FORBIDDEN");
}
