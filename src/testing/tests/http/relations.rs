//! Edits, reactions, threads.

use serde_json::{Value, json};
use testing::{TestServer, TestUser, segment};

async fn event(user: &TestUser, room: &str, id: &str) -> Value {
    user.get(&format!("/v3/rooms/{}/event/{}", segment(room), segment(id))).await.ok()
}

fn edit(of: &str, body: &str) -> Value {
    json!({"msgtype": "m.text", "body": format!("* {body}"), "m.new_content": {"msgtype": "m.text", "body": body},
        "m.relates_to": {"rel_type": "m.replace", "event_id": of}})
}

#[tokio::test]
async fn an_event_carries_its_last_edit_by_its_sender() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let original = alice.say(&room, "helo").await;
    let first = alice.send(&room, "m.room.message", edit(&original, "hell")).await;
    alice.later_than(&room, &first).await;
    let last = alice.send(&room, "m.room.message", edit(&original, "hello")).await;
    bob.send(&room, "m.room.message", edit(&original, "not mine")).await;
    let shown = event(&bob, &room, &original).await;
    assert_eq!(shown["unsigned"]["m.relations"]["m.replace"]["event_id"], last.as_str());
    assert_eq!(shown["content"]["body"], "helo");
}

#[tokio::test]
async fn a_reaction_counts_once_a_person() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let id = alice.say(&room, "good news").await;
    let relation = json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": id, "key": "👍"}});
    alice.send(&room, "m.reaction", relation.clone()).await;
    bob.send(&room, "m.reaction", relation.clone()).await;
    let again = format!("/v3/rooms/{}/send/m.reaction/again", segment(&room));
    bob.put(&again, relation).await.refused(400, "M_DUPLICATE_ANNOTATION");
    let path = format!("/v1/rooms/{}/relations/{}/m.annotation", segment(&room), segment(&id));
    assert_eq!(bob.get(&path).await.ok()["chunk"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_thread_is_summed_up_at_its_root_and_listed() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let root = alice.say(&room, "a question").await;
    let answer = |body: &str| json!({"msgtype": "m.text", "body": body, "m.relates_to": {"rel_type": "m.thread", "event_id": root}});
    bob.send(&room, "m.room.message", answer("one")).await;
    let last = bob.send(&room, "m.room.message", answer("two")).await;
    let summary = event(&alice, &room, &root).await["unsigned"]["m.relations"]["m.thread"].clone();
    assert_eq!(summary["count"], 2);
    assert_eq!(summary["latest_event"]["event_id"], last.as_str());
    assert_eq!(summary["current_user_participated"], true);
    let threads = alice.get(&format!("/v1/rooms/{}/threads", segment(&room))).await.ok();
    assert_eq!(threads["chunk"][0]["event_id"], root.as_str());
    let part = bob.get(&format!("/v1/rooms/{}/threads?include=participated", segment(&room))).await.ok();
    assert_eq!(part["chunk"].as_array().unwrap().len(), 1);
}
