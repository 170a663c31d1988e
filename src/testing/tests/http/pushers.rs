//! What pushers may be, and what is said of those that may not.

use serde_json::{Value, json};
use testing::{PushPoint, TestServer, TestUser};

async fn set(user: &TestUser, change: impl FnOnce(&mut Value)) -> testing::Answer {
    let mut pusher = PushPoint::plain().await.pusher("key");
    change(&mut pusher);
    user.post("/v3/pushers/set", pusher).await
}

async fn pushers(user: &TestUser) -> Vec<Value> {
    user.get("/v3/pushers").await.ok()["pushers"].as_array().expect("a list").clone()
}

#[tokio::test]
async fn what_a_pusher_lacks_is_said() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    for key in ["kind", "app_id", "pushkey", "app_display_name", "device_display_name", "lang", "data"] {
        let lacking = set(&alice, |pusher| drop(pusher.as_object_mut().unwrap().remove(key))).await;
        let said = lacking.refused(400, "M_MISSING_PARAM");
        assert!(said["error"].as_str().unwrap().contains(key), "{said}");
    }
    assert!(pushers(&alice).await.is_empty());
}

#[tokio::test]
async fn pushers_that_make_no_sense_are_refused() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    for url in ["", "x", "ftp://example.org/_matrix/push/v1/notify", "https://example.org/", "file:///x"] {
        set(&alice, |pusher| pusher["data"]["url"] = url.into()).await.refused(400, "M_INVALID_PARAM");
    }
    set(&alice, |pusher| pusher["app_id"] = "x".repeat(65).into()).await.refused(400, "M_INVALID_PARAM");
    set(&alice, |pusher| pusher["pushkey"] = "x".repeat(513).into()).await.refused(400, "M_INVALID_PARAM");
    set(&alice, |pusher| pusher["kind"] = "carrier pigeon".into()).await.refused(400, "M_INVALID_PARAM");
    set(&alice, |pusher| pusher["lang"] = 5.into()).await.refused(400, "M_BAD_JSON");
    set(&alice, |pusher| pusher["kind"] = json!([])).await.refused(400, "M_BAD_JSON");
    set(&alice, |pusher| *pusher = json!([])).await.refused(400, "M_BAD_JSON");
    assert!(pushers(&alice).await.is_empty());
}

#[tokio::test]
async fn a_pusher_is_listed_until_it_is_removed() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    set(&alice, |pusher| pusher["data"]["format"] = "event_id_only".into()).await.ok();
    let listed = pushers(&alice).await;
    assert_eq!(
        (&listed[0]["pushkey"], &listed[0]["data"]["format"]),
        (&json!("key"), &json!("event_id_only"))
    );
    set(&bob, |pusher| pusher["append"] = true.into()).await.ok();
    assert_eq!(pushers(&alice).await.len(), 1);
    set(&bob, |_| ()).await.ok();
    assert!(pushers(&alice).await.is_empty(), "without `append`, an instance of an app is one person's");
    let gone = json!({"kind": null, "app_id": "org.example.app", "pushkey": "key"});
    bob.post("/v3/pushers/set", gone).await.ok();
    assert!(pushers(&bob).await.is_empty());
}
