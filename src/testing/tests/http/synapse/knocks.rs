//! Knocks at a room of the other server: let in, turned away, taken back.

use super::scene::{Scene, everywhere, person};
use serde_json::json;
use testing::{TestUser, segment};

/// Somebody of the other server knocks and both see it.
async fn knocks(scene: &Scene, room: &str, who: &TestUser) {
    let (at_alice, own) = (scene.alice.now().await, who.now().await);
    let via = segment(scene.host.name());
    let path = format!("/v3/knock/{}?via={via}&server_name={via}", segment(room));
    who.post(&path, json!({"reason": "I bring flowers"})).await.ok();
    let stripped = who.listed(&own, "knock", room).await["knock_state"]["events"].clone();
    let stripped = stripped.as_array().expect("a list of events");
    assert!(stripped.iter().any(|event| event["content"]["name"] == "Hive"), "{stripped:?}");
    let knock = scene.alice.sees_member(&at_alice, room, &who.id, "knock").await;
    assert_eq!(knock["content"]["reason"], "I bring flowers");
}

#[tokio::test]
#[ignore = "needs Synapse"]
async fn knocks_are_answered_and_taken_back() {
    everywhere(async |scene| {
        let rule = json!({"type": "m.room.join_rules", "state_key": "", "content": {"join_rule": "knock"}});
        let room =
            scene.room_with(json!({"preset": "private_chat", "name": "Hive", "initial_state": [rule]})).await;
        let alice = &scene.alice;

        let bob = &scene.bob;
        bob.post(&scene.entry(&room), json!({})).await.refused(403, "M_FORBIDDEN");
        knocks(&scene, &room, bob).await;
        let (at_alice, at_bob) = (alice.now().await, bob.now().await);
        alice.invite(&room, bob).await;
        bob.listed(&at_bob, "invite", &room).await;
        bob.join(&room).await;
        alice.sees_member(&at_alice, &room, &bob.id, "join").await;

        let carol = person(&scene.guest, "carol").await;
        knocks(&scene, &room, &carol).await;
        let at_carol = carol.now().await;
        let kick = format!("/v3/rooms/{}/kick", segment(&room));
        alice.post(&kick, json!({"user_id": carol.id, "reason": "full"})).await.ok();
        carol.listed(&at_carol, "leave", &room).await;

        let dora = person(&scene.guest, "dora").await;
        knocks(&scene, &room, &dora).await;
        let at_alice = alice.now().await;
        dora.leave(&room).await;
        alice.sees_member(&at_alice, &room, &dora.id, "leave").await;
    })
    .await;
}
