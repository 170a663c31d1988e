//! Invites to people of the other server: accepted, rejected, taken back.

use super::scene::{Scene, everywhere, person};
use serde_json::{Value, json};
use testing::{TestUser, segment};

/// Alice invites somebody; what they see of the room.
async fn invited(alice: &TestUser, room: &str, guest: &TestUser) -> Value {
    let since = guest.now().await;
    alice.invite(room, guest).await;
    guest.listed(&since, "invite", room).await["invite_state"]["events"].clone()
}

fn content<'a>(stripped: &'a Value, kind: &str, key: &str) -> &'a Value {
    let mut events = stripped.as_array().expect("a list of events").iter();
    let found = events.find(|event| event["type"] == kind && event["state_key"] == key);
    &found.unwrap_or_else(|| panic!("no {kind} in {stripped}"))["content"]
}

async fn accepted(scene: &Scene, room: &str) {
    let Scene { alice, bob, .. } = scene;
    let since = alice.now().await;
    let stripped = invited(alice, room, bob).await;
    assert_eq!(content(&stripped, "m.room.member", &bob.id)["membership"], "invite");
    assert_eq!(content(&stripped, "m.room.name", "")["name"], "Hive");
    assert_eq!(content(&stripped, "m.room.create", "")["room_version"], scene.version);
    bob.join(room).await;
    alice.sees_member(&since, room, &bob.id, "join").await;
    let message = bob.say(room, "thank you").await;
    alice.shown(&since, room, &message).await;
}

async fn rejected(scene: &Scene, room: &str) {
    let carol = person(&scene.guest, "carol").await;
    let since = scene.alice.now().await;
    invited(&scene.alice, room, &carol).await;
    let at_carol = carol.now().await;
    carol.leave(room).await;
    scene.alice.sees_member(&since, room, &carol.id, "leave").await;
    carol.listed(&at_carol, "leave", room).await;
    carol.post(&scene.entry(room), json!({})).await.refused(403, "M_FORBIDDEN");
}

async fn taken_back(scene: &Scene, room: &str) {
    let dora = person(&scene.guest, "dora").await;
    invited(&scene.alice, room, &dora).await;
    let since = dora.now().await;
    let kick = format!("/v3/rooms/{}/kick", segment(room));
    scene.alice.post(&kick, json!({"user_id": dora.id})).await.ok();
    dora.listed(&since, "leave", room).await;
    assert!(dora.sync(None).await["rooms"]["invite"][room].is_null());
}

#[tokio::test]
#[ignore = "needs Synapse"]
async fn invites_are_accepted_rejected_and_taken_back() {
    everywhere(async |scene| {
        let room = scene.room_with(json!({"preset": "private_chat", "name": "Hive"})).await;
        accepted(&scene, &room).await;
        rejected(&scene, &room).await;
        taken_back(&scene, &room).await;
    })
    .await;
}

#[tokio::test]
#[ignore = "needs Synapse"]
async fn a_room_is_made_for_somebody_of_the_other_server() {
    everywhere(async |scene| {
        let Scene { alice, bob, .. } = &scene;
        let since = bob.now().await;
        let options = json!({"preset": "trusted_private_chat", "is_direct": true, "invite": [bob.id]});
        let room = scene.room_with(options).await;
        let listed = bob.listed(&since, "invite", &room).await;
        assert_eq!(content(&listed["invite_state"]["events"], "m.room.member", &bob.id)["is_direct"], true);
        // The invite alone says which server has the room.
        bob.join(&room).await;
        let at_bob = bob.now().await;
        let message = alice.say(&room, "just us").await;
        bob.shown(&at_bob, &room, &message).await;
    })
    .await;
}
