//! Messages and what is done with them.

use super::scene::{Scene, everywhere};
use serde_json::{Value, json};
use testing::{TestUser, segment};

async fn event(user: &TestUser, room: &str, id: &str) -> Value {
    user.get(&format!("/v3/rooms/{}/event/{}", segment(room), segment(id))).await.ok()
}

fn text(body: &str) -> Value {
    json!({"msgtype": "m.text", "body": body})
}

async fn what_is_said_is_shown(Scene { alice, bob, .. }: &Scene, room: &str) {
    let (at_alice, at_bob) = (alice.now().await, bob.now().await);
    let hello = alice.say(room, "hello").await;
    assert_eq!(bob.shown(&at_bob, room, &hello).await["content"]["body"], "hello");

    let mut content = text("hello yourself");
    content["m.relates_to"] = json!({"m.in_reply_to": {"event_id": hello}});
    let answer = bob.send(room, "m.room.message", content.clone()).await;
    let shown = alice.shown(&at_alice, room, &answer).await;
    assert_eq!((&shown["content"], &shown["sender"]), (&content, &json!(bob.id)));
}

async fn reactions_are_counted(Scene { alice, bob, .. }: &Scene, room: &str) {
    let (at_alice, at_bob) = (alice.now().await, bob.now().await);
    let message = alice.say(room, "who likes honey?").await;
    bob.shown(&at_bob, room, &message).await;
    let relation = json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": message, "key": "🐝"}});
    let reaction = bob.send(room, "m.reaction", relation).await;
    alice.shown(&at_alice, room, &reaction).await;
    let path = format!("/v1/rooms/{}/relations/{}/m.annotation", segment(room), segment(&message));
    for person in [alice, bob] {
        let related = person.get(&path).await.ok();
        assert_eq!(related["chunk"][0]["event_id"], reaction.as_str(), "{related}");
    }
}

async fn edits_replace(Scene { alice, bob, .. }: &Scene, room: &str) {
    for (author, reader) in [(alice, bob), (bob, alice)] {
        let since = reader.now().await;
        let message = author.say(room, "frist").await;
        author.later_than(room, &message).await;
        let mut content = text("* first");
        content["m.new_content"] = text("first");
        content["m.relates_to"] = json!({"rel_type": "m.replace", "event_id": message});
        let edit = author.send(room, "m.room.message", content).await;
        reader.shown(&since, room, &edit).await;
        let edited = event(reader, room, &message).await;
        assert_eq!(edited["unsigned"]["m.relations"]["m.replace"]["event_id"], edit.as_str(), "{edited}");
    }
}

async fn redactions_empty(Scene { alice, bob, .. }: &Scene, room: &str) {
    for (author, reader) in [(alice, bob), (bob, alice)] {
        let since = reader.now().await;
        let message = author.say(room, "regretted").await;
        reader.shown(&since, room, &message).await;
        let path = format!("/v3/rooms/{}/redact/{}/1{}", segment(room), segment(&message), author.device);
        let redaction = author.put(&path, json!({"reason": "a slip"})).await.text("event_id");
        reader.shown(&since, room, &redaction).await;
        let emptied = event(reader, room, &message).await;
        assert_eq!(emptied["content"], json!({}));
        assert_eq!(emptied["unsigned"]["redacted_because"]["event_id"], redaction.as_str(), "{emptied}");
    }
}

#[tokio::test]
#[ignore = "needs Synapse"]
async fn people_talk_react_edit_and_redact() {
    everywhere(async |scene| {
        let room = scene.shared_room().await;
        what_is_said_is_shown(&scene, &room).await;
        reactions_are_counted(&scene, &room).await;
        edits_replace(&scene, &room).await;
        redactions_empty(&scene, &room).await;
    })
    .await;
}
