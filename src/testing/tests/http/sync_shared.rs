//! A stretch of a room is written once for its members; what is one's own comes to oneself alone.

use serde_json::{Value, json};
use testing::{TestServer, segment};

#[tokio::test]
async fn members_get_the_same_but_for_what_is_their_own() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let (bob, carol, dave) =
        (server.user("bob").await, server.user("carol").await, server.user("dave").await);
    let room = alice.room().await;
    for member in [&bob, &carol, &dave] {
        member.join(&room).await;
    }
    let ignored = json!({"ignored_users": {&alice.id: {}}});
    let path = format!("/v3/user/{}/account_data/m.ignored_user_list", segment(&carol.id));
    carol.put(&path, ignored).await.ok();
    let since = bob.now().await;
    let path = format!("/v3/rooms/{}/send/m.room.message/mine", segment(&room));
    alice.put(&path, json!({"body": "x"})).await.ok();

    let events = |answer: &Value| answer["rooms"]["join"][&room]["timeline"]["events"].clone();
    let of_bob = events(&bob.sync(Some(&since)).await);
    let of_dave = events(&dave.sync(Some(&since)).await);
    let of_alice = events(&alice.sync(Some(&since)).await);
    assert_eq!(of_bob.as_array().map(Vec::len), Some(1), "{of_bob}");
    assert_eq!(of_dave[0]["event_id"], of_bob[0]["event_id"]);
    assert_eq!(of_bob[0]["unsigned"].get("transaction_id"), None);
    assert_eq!(of_bob[0]["unsigned"]["membership"], "join");
    assert_eq!(of_alice[0]["unsigned"]["transaction_id"], "mine");
    assert_eq!(events(&carol.sync(Some(&since)).await).as_array().map_or(0, Vec::len), 0);
    let fields = segment(r#"{"event_fields":["type"]}"#);
    let of_dave = events(&dave.sync_with(Some(&since), &format!("&filter={fields}")).await);
    assert_eq!(of_dave, json!([{"type": "m.room.message"}]));
}

#[tokio::test]
async fn who_left_meanwhile_gets_the_end_of_what_they_saw() {
    let server = TestServer::start().await;
    let (alice, bob, carol) =
        (server.user("alice").await, server.user("bob").await, server.user("carol").await);
    let room = alice.room().await;
    bob.join(&room).await;
    carol.join(&room).await;
    alice.state(&room, "m.room.history_visibility", "", json!({"history_visibility": "joined"})).await;
    let since = bob.now().await;
    alice.say(&room, "before").await;
    bob.leave(&room).await;
    alice.say(&room, "after").await;
    let bodies = |events: &Value| -> Vec<String> {
        let events = events["timeline"]["events"].as_array().unwrap();
        events.iter().filter_map(|event| event["content"]["body"].as_str().map(str::to_owned)).collect()
    };
    let of_carol = carol.sync(Some(&since)).await;
    assert_eq!(bodies(&of_carol["rooms"]["join"][&room]), ["before", "after"]);
    let of_bob = bob.sync(Some(&since)).await;
    assert_eq!(bodies(&of_bob["rooms"]["leave"][&room]), ["before"]);
}
