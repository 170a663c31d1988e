//! `/sync` of rooms that were left.

use serde_json::json;
use testing::{TestServer, segment};

#[tokio::test]
async fn leaving_shows_once_with_nothing_from_after() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let since = bob.now().await;
    let before = alice.say(&room, "before").await;
    bob.leave(&room).await;
    let after = alice.say(&room, "after").await;
    let answer = bob.sync_until(&since, |answer| answer["rooms"]["leave"].get(&room).is_some()).await;
    let text = answer["rooms"]["leave"][&room].to_string();
    assert!(text.contains(&before) && !text.contains(&after), "{text}");
    let next = answer["next_batch"].as_str().unwrap();
    assert!(bob.sync(Some(next)).await["rooms"]["leave"].get(&room).is_none());
    assert!(bob.sync(None).await["rooms"]["leave"].get(&room).is_none());
}

#[tokio::test]
async fn a_filter_brings_left_rooms_back_as_they_were() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    alice.state(&room, "m.room.name", "", json!({"name": "Then"})).await;
    bob.leave(&room).await;
    alice.state(&room, "m.room.name", "", json!({"name": "Now"})).await;
    let filter = segment(r#"{"room":{"include_leave":true}}"#);
    let answer = bob.sync_with(None, &format!("&filter={filter}")).await;
    let text = answer["rooms"]["leave"][&room].to_string();
    assert!(text.contains("Then") && !text.contains("Now"), "{text}");
    let state = format!("/v3/rooms/{}/state/m.room.name/", segment(&room));
    assert_eq!(bob.get(&state).await.ok()["name"], "Then");
}

#[tokio::test]
async fn a_declined_invite_is_in_state_after() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    alice.invite(&room, &bob).await;
    let since = bob.now().await;
    bob.leave(&room).await;
    let answer = bob.sync_with(Some(&since), "&use_state_after=true").await;
    let left = &answer["rooms"]["leave"][&room];
    for part in ["timeline", "state_after"] {
        let events = left[part]["events"].as_array().unwrap();
        assert_eq!(events.len(), 1, "{part}: {answer}");
        assert_eq!(events[0]["content"]["membership"], "leave");
    }
}
