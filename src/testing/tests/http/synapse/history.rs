//! Joining by alias, and what was said before.

use super::scene::{Scene, everywhere};
use serde_json::{Value, json};
use testing::{TestUser, eventually, segment};

const MESSAGES: usize = 60;

/// The texts of the room's messages, oldest first, once the history goes back to the room's beginning.
async fn texts(user: &TestUser, room: &str) -> Vec<String> {
    eventually(async || {
        let history = user.history(room).await;
        if history.last().is_none_or(|first| first["type"] != "m.room.create") {
            return Err(format!("{} events, but not the room's beginning", history.len()));
        }
        let bodies = history.iter().rev().filter_map(|event| event["content"]["body"].as_str());
        Ok(bodies.map(str::to_owned).collect())
    })
    .await
}

async fn join_by_alias(Scene { bob, host, .. }: &Scene, alias: &str, room: &str) {
    let alias = format!("#{alias}:{}", host.name());
    let answer = bob.get(&format!("/v3/directory/room/{}", segment(&alias))).await.ok();
    assert_eq!(answer["room_id"], room);
    let joined = bob.post(&format!("/v3/join/{}", segment(&alias)), json!({})).await;
    assert_eq!(joined.text("room_id"), room);
}

#[tokio::test]
#[ignore = "needs Synapse"]
async fn who_joins_by_alias_reads_what_was_said_before() {
    everywhere(async |scene| {
        let name = format!("bees-{}", scene.alice.device.to_lowercase());
        let options = json!({"preset": "public_chat", "room_alias_name": name, "topic": "Buzz"});
        let room = scene.room_with(options).await;
        let mut said = Vec::new();
        for number in 0..MESSAGES {
            said.push(format!("message {number}"));
            scene.alice.say(&room, &said[number]).await;
        }
        join_by_alias(&scene, &name, &room).await;
        assert_eq!(texts(&scene.bob, &room).await, said);
        let path = format!("/v3/rooms/{}/state/m.room.topic/", segment(&room));
        assert_eq!(scene.bob.get(&path).await.ok()["topic"], "Buzz");
        let members = format!("/v3/rooms/{}/joined_members", segment(&room));
        let members: Value = scene.bob.get(&members).await.ok();
        assert!(members["joined"][&scene.alice.id].is_object(), "{members}");
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Synapse"]
async fn history_that_is_for_members_stays_with_them() {
    everywhere(async |scene| {
        let visibility = json!({
            "type": "m.room.history_visibility", "state_key": "", "content": {"history_visibility": "joined"},
        });
        let room = scene.room_with(json!({"preset": "public_chat", "initial_state": [visibility]})).await;
        scene.alice.say(&room, "among ourselves").await;
        let since = scene.alice.now().await;
        scene.enter(&scene.bob, &room).await;
        scene.alice.sees_member(&since, &room, &scene.bob.id, "join").await;
        let at_bob = scene.bob.now().await;
        let last = scene.alice.say(&room, "welcome").await;
        scene.bob.shown(&at_bob, &room, &last).await;
        let history = scene.bob.history(&room).await;
        let texts: Vec<&str> = history.iter().filter_map(|event| event["content"]["body"].as_str()).collect();
        assert_eq!(texts, ["welcome"]);
    })
    .await;
}
