//! Upgrades: who was in the old room follows to the new one.

use super::scene::{Scene, everywhere};
use serde_json::json;
use testing::segment;

fn next(version: &str) -> &'static str {
    match version {
        "10" => "11",
        _ => "12",
    }
}

#[tokio::test]
#[ignore = "needs Synapse"]
async fn an_upgraded_room_is_followed() {
    everywhere(async |scene| {
        let room = scene.shared_room().await;
        let Scene { alice, bob, .. } = &scene;
        let at_bob = bob.now().await;
        let path = format!("/v3/rooms/{}/upgrade", segment(&room));
        let body = json!({"new_version": next(scene.version)});
        let new = alice.post(&path, body).await.text("replacement_room");
        let told = json!({"replacement_room": new});
        bob.told(&at_bob, &room, "m.room.tombstone", "", told).await;

        let since = alice.now().await;
        scene.enter(bob, &new).await;
        alice.sees_member(&since, &new, &bob.id, "join").await;
        let create = bob.get(&format!("/v3/rooms/{}/state/m.room.create/", segment(&new))).await.ok();
        assert_eq!(create["room_version"], next(scene.version));
        assert_eq!(create["predecessor"]["room_id"], room.as_str());
        let name = bob.get(&format!("/v3/rooms/{}/state/m.room.name/", segment(&new))).await.ok();
        assert_eq!(name["name"], "Bees");
        let message = bob.say(&new, "here too").await;
        alice.shown(&since, &new, &message).await;
    })
    .await;
}
