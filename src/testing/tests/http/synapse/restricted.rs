//! Rooms that members of another room may join.

use super::scene::{everywhere, person};
use serde_json::json;

#[tokio::test]
#[ignore = "needs Synapse"]
async fn members_of_the_space_may_join_its_room() {
    everywhere(async |scene| {
        let space = scene
            .room_with(json!({"preset": "public_chat", "creation_content": {"type": "m.space"}}))
            .await;
        let rule = json!({
            "type": "m.room.join_rules", "state_key": "",
            "content": {"join_rule": "restricted", "allow": [{"type": "m.room_membership", "room_id": space}]},
        });
        let room = scene.room_with(json!({"preset": "private_chat", "initial_state": [rule]})).await;
        let since = scene.alice.now().await;
        let bob = &scene.bob;
        bob.post(&scene.entry(&room), json!({})).await.refused(403, "M_FORBIDDEN");
        scene.enter(bob, &space).await;
        scene.enter(bob, &room).await;
        let join = scene.alice.sees_member(&since, &room, &bob.id, "join").await;
        assert_eq!(join["content"]["join_authorised_via_users_server"], scene.alice.id.as_str(), "{join}");

        // A second one of the same server, which has the room by now but nobody who may let people in.
        let carol = person(&scene.guest, "carol").await;
        scene.enter(&carol, &space).await;
        scene.enter(&carol, &room).await;
        scene.alice.sees_member(&since, &room, &carol.id, "join").await;
    })
    .await;
}
