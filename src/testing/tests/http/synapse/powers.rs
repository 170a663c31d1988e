//! Power that is given to somebody of the other server.

use super::scene::{Scene, everywhere};
use serde_json::json;
use testing::segment;

#[tokio::test]
#[ignore = "needs Synapse"]
async fn power_is_needed_and_given_across() {
    everywhere(async |scene| {
        let room = scene.shared_room().await;
        let Scene { alice, bob, .. } = &scene;
        let (at_alice, at_bob) = (alice.now().await, bob.now().await);
        let topic = format!("/v3/rooms/{}/state/m.room.topic/", segment(&room));
        bob.put(&topic, json!({"topic": "Wasps"})).await.refused(403, "M_FORBIDDEN");

        let levels = format!("/v3/rooms/{}/state/m.room.power_levels/", segment(&room));
        let mut content = alice.get(&levels).await.ok();
        content["users"][&bob.id] = json!(50);
        alice.put(&levels, content.clone()).await.ok();
        bob.told(&at_bob, &room, "m.room.power_levels", "", json!({"users": {bob.id.as_str(): 50}})).await;
        bob.put(&topic, json!({"topic": "Honey"})).await.ok();
        alice.told(&at_alice, &room, "m.room.topic", "", json!({"topic": "Honey"})).await;

        content["users"][&bob.id] = json!(100);
        bob.put(&levels, content).await.refused(403, "M_FORBIDDEN");
        assert_eq!(alice.state_ids(&room).await, bob.state_ids(&room).await);
    })
    .await;
}
