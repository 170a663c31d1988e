//! Receipts and unread counts.

use serde_json::{Value, json};
use testing::{TestServer, TestUser, segment};

async fn counts(user: &TestUser, room: &str) -> Value {
    user.sync(None).await["rooms"]["join"][room]["unread_notifications"].clone()
}

#[tokio::test]
async fn messages_count_until_they_are_read() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    alice.say(&room, "one").await;
    let second = alice.say(&room, "two").await;
    alice.say(&room, "three").await;
    assert_eq!(counts(&bob, &room).await["notification_count"], 3);
    assert_eq!(counts(&alice, &room).await["notification_count"], 0);
    let read = |kind: &str| format!("/v3/rooms/{}/receipt/{kind}/{}", segment(&room), segment(&second));
    bob.post(&read("m.read"), json!({})).await.ok();
    assert_eq!(counts(&bob, &room).await["notification_count"], 1);
    bob.say(&room, "answer").await;
    assert_eq!(counts(&bob, &room).await["notification_count"], 0);
}

#[tokio::test]
async fn a_mention_highlights() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let since = bob.now().await;
    let content = json!({"msgtype": "m.text", "body": "look", "m.mentions": {"user_ids": [bob.id]}});
    alice.send(&room, "m.room.message", content).await;
    bob.sync_until(&since, |answer| {
        answer["rooms"]["join"][&room]["unread_notifications"]["highlight_count"] == 1
    })
    .await;
}

#[tokio::test]
async fn others_see_public_receipts_only() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let first = alice.say(&room, "one").await;
    let second = alice.say(&room, "two").await;
    let since = alice.now().await;
    let path = |kind: &str, id: &str| format!("/v3/rooms/{}/receipt/{kind}/{}", segment(&room), segment(id));
    bob.post(&path("m.read.private", &first), json!({})).await.ok();
    bob.post(&path("m.read", &second), json!({})).await.ok();
    let answer = alice
        .sync_until(&since, |answer| answer["rooms"]["join"][&room]["ephemeral"]["events"][0].is_object())
        .await;
    let receipts = &answer["rooms"]["join"][&room]["ephemeral"]["events"][0]["content"];
    assert!(receipts[&second]["m.read"].get(&bob.id).is_some(), "{receipts}");
    assert!(receipts.get(&first).is_none());
}

#[tokio::test]
async fn a_thread_counts_by_itself_when_asked() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let root = alice.say(&room, "root").await;
    let content = json!({"msgtype": "m.text", "body": "in it", "m.relates_to": {"rel_type": "m.thread", "event_id": root}});
    alice.send(&room, "m.room.message", content).await;
    let filter = segment(r#"{"room":{"timeline":{"unread_thread_notifications":true}}}"#);
    let answer = bob.sync_with(None, &format!("&filter={filter}")).await;
    let joined = &answer["rooms"]["join"][&room];
    assert_eq!(joined["unread_notifications"]["notification_count"], 1);
    assert_eq!(joined["unread_thread_notifications"][&root]["notification_count"], 1);
    assert_eq!(counts(&bob, &room).await["notification_count"], 2);
}

#[tokio::test]
async fn what_is_redacted_is_not_unread() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    alice.say(&room, "stays").await;
    let said = alice.say(&room, "goes").await;
    let since = bob.now().await;
    let content = json!({"msgtype": "m.text", "body": "look", "m.mentions": {"user_ids": [bob.id]}});
    let mention = alice.send(&room, "m.room.message", content).await;
    let unread = |answer: &Value| answer["rooms"]["join"][&room]["unread_notifications"].clone();
    let counted = json!({"notification_count": 3, "highlight_count": 1});
    let answer = bob.sync_until(&since, |answer| unread(answer) == counted).await;
    let since = answer["next_batch"].as_str().expect("a token").to_owned();
    for event in [&said, &mention] {
        let redact = format!("/v3/rooms/{}/redact/{}/{}", segment(&room), segment(event), segment(event));
        alice.put(&redact, json!({})).await.ok();
    }
    let left = json!({"notification_count": 1, "highlight_count": 0});
    bob.sync_until(&since, |answer| unread(answer) == left).await;
    assert_eq!(counts(&bob, &room).await, left);
    let listed = bob.get("/v3/notifications").await.ok();
    let listed: Vec<&Value> = listed["notifications"].as_array().expect("a list").iter().collect();
    assert!(listed.iter().all(|one| one["event"]["event_id"] != mention.as_str()), "{listed:?}");
}
