//! Leaving, and being made to.

use super::scene::{Scene, everywhere};
use serde_json::json;
use testing::segment;

#[tokio::test]
#[ignore = "needs Synapse"]
async fn people_leave_are_kicked_banned_and_come_back() {
    everywhere(async |scene| {
        let room = scene.shared_room().await;
        let Scene { alice, bob, .. } = &scene;
        let of_room = |what: &str| format!("/v3/rooms/{}/{what}", segment(&room));
        let about_bob = json!({"user_id": bob.id, "reason": "noise"});

        let since = bob.now().await;
        alice.post(&of_room("kick"), about_bob.clone()).await.ok();
        bob.sees_member(&since, &room, &bob.id, "leave").await;
        let refused =
            bob.put(&of_room("send/m.room.message/late"), json!({"msgtype": "m.text", "body": "but"})).await;
        refused.refused(403, "M_FORBIDDEN");
        scene.enter(bob, &room).await;

        let since = bob.now().await;
        alice.post(&of_room("ban"), about_bob.clone()).await.ok();
        bob.sees_member(&since, &room, &bob.id, "ban").await;
        bob.post(&scene.entry(&room), json!({})).await.refused(403, "M_FORBIDDEN");
        alice.post(&of_room("unban"), about_bob).await.ok();

        let since = alice.now().await;
        scene.enter(bob, &room).await;
        alice.sees_member(&since, &room, &bob.id, "join").await;
        let (at_alice, at_bob) = (alice.now().await, bob.now().await);
        let message = bob.say(&room, "back again").await;
        alice.shown(&at_alice, &room, &message).await;
        let message = alice.say(&room, "be good").await;
        bob.shown(&at_bob, &room, &message).await;
        assert_eq!(alice.state_ids(&room).await, bob.state_ids(&room).await);

        bob.leave(&room).await;
        alice.sees_member(&at_alice, &room, &bob.id, "leave").await;
    })
    .await;
}
