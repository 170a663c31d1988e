//! Transaction ids: the same request twice is one event.

use serde_json::json;
use testing::{TestServer, segment};

#[tokio::test]
async fn a_repeated_send_is_one_event_of_one_device() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let phone = server.login("alice").await;
    let room = alice.room().await;
    let path = format!("/v3/rooms/{}/send/m.room.message/txn", segment(&room));
    let first = alice.put(&path, json!({"body": "once"})).await.text("event_id");
    assert_eq!(alice.put(&path, json!({"body": "once"})).await.text("event_id"), first);
    assert_ne!(phone.put(&path, json!({"body": "once"})).await.text("event_id"), first);
    let other = alice.room().await;
    let path = format!("/v3/rooms/{}/send/m.room.message/txn", segment(&other));
    assert_ne!(alice.put(&path, json!({"body": "once"})).await.text("event_id"), first);
}

#[tokio::test]
async fn the_sender_s_device_finds_its_transaction_and_others_do_not() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let phone = server.login("alice").await;
    let room = alice.room().await;
    let since = alice.now().await;
    alice
        .put(&format!("/v3/rooms/{}/send/m.room.message/mine", segment(&room)), json!({"body": "x"}))
        .await
        .ok();
    for (device, expected) in [(&alice, json!("mine")), (&phone, json!(null))] {
        let answer = device.sync_until(&since, |answer| answer["rooms"]["join"].get(&room).is_some()).await;
        let event = &answer["rooms"]["join"][&room]["timeline"]["events"][0];
        assert_eq!(event["unsigned"]["transaction_id"], expected);
    }
}

#[tokio::test]
async fn a_redaction_is_repeatable_too_and_takes_the_content() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let event = alice.say(&room, "a slip").await;
    let path = format!("/v3/rooms/{}/redact/{}/r", segment(&room), segment(&event));
    bob.put(&path, json!({})).await.refused(403, "M_FORBIDDEN");
    let first = alice.put(&path, json!({"reason": "slip"})).await.text("event_id");
    assert_eq!(alice.put(&path, json!({"reason": "slip"})).await.text("event_id"), first);
    let shown = bob.get(&format!("/v3/rooms/{}/event/{}", segment(&room), segment(&event))).await.ok();
    assert_eq!(shown["content"], json!({}));
    assert_eq!(shown["unsigned"]["redacted_because"]["event_id"], first.as_str());
}
