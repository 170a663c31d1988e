//! What passes: typing, receipts, presence.

use super::scene::{Scene, everywhere};
use serde_json::{Value, json};
use testing::{TestUser, segment};

/// The content of the room's ephemeral event of a kind.
fn ephemeral<'a>(answer: &'a Value, room: &str, kind: &str) -> Option<&'a Value> {
    let events = answer["rooms"]["join"][room]["ephemeral"]["events"].as_array()?;
    Some(&events.iter().find(|event| event["type"] == kind)?["content"])
}

async fn typing(writer: &TestUser, reader: &TestUser, room: &str) {
    let since = reader.now().await;
    let path = format!("/v3/rooms/{}/typing/{}", segment(room), segment(&writer.id));
    let who = |answer: &Value| ephemeral(answer, room, "m.typing").map(|content| content["user_ids"].clone());
    writer.put(&path, json!({"typing": true, "timeout": 25_000})).await.ok();
    let answer = reader.sync_until(&since, |answer| who(answer) == Some(json!([writer.id]))).await;
    writer.put(&path, json!({"typing": false})).await.ok();
    let since = answer["next_batch"].as_str().expect("every sync has an end");
    reader.sync_until(since, |answer| who(answer) == Some(json!([]))).await;
}

async fn receipt(author: &TestUser, reader: &TestUser, room: &str) {
    let (at_author, at_reader) = (author.now().await, reader.now().await);
    let message = author.say(room, "read this").await;
    reader.shown(&at_reader, room, &message).await;
    let path = format!("/v3/rooms/{}/receipt/m.read/{}", segment(room), segment(&message));
    reader.post(&path, json!({})).await.ok();
    let read = |answer: &Value| {
        ephemeral(answer, room, "m.receipt")
            .is_some_and(|content| content[&message]["m.read"][&reader.id].is_object())
    };
    author.sync_until(&at_author, read).await;
}

async fn presence(person: &TestUser, other: &TestUser) {
    let since = other.now().await;
    let path = format!("/v3/presence/{}/status", segment(&person.id));
    person.put(&path, json!({"presence": "online", "status_msg": "in the garden"})).await.ok();
    let seen = |answer: &Value| {
        let events = answer["presence"]["events"].as_array().into_iter().flatten();
        events
            .filter(|event| event["sender"] == person.id.as_str())
            .any(|event| event["content"]["status_msg"] == "in the garden")
    };
    other.sync_until(&since, seen).await;
}

#[tokio::test]
#[ignore = "needs Synapse"]
async fn typing_receipts_and_presence_cross() {
    everywhere(async |scene| {
        let room = scene.shared_room().await;
        let Scene { alice, bob, .. } = &scene;
        for (one, other) in [(alice, bob), (bob, alice)] {
            typing(one, other, &room).await;
            receipt(one, other, &room).await;
            presence(one, other).await;
        }
    })
    .await;
}
