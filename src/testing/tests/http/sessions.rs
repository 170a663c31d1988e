//! Logging in and out, and tokens.

use serde_json::json;
use std::time::Duration;
use testing::{TestServer, segment};

const LOGIN: &str = "/_matrix/client/v3/login";

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_look_alike() {
    let server = TestServer::start().await;
    server.user("alice").await;
    let with = |name: &str| {
        let identifier = json!({"type": "m.id.user", "user": name});
        server.post(LOGIN, json!({"type": "m.login.password", "identifier": identifier, "password": "wrong"}))
    };
    let known = with("alice").await.refused(403, "M_FORBIDDEN");
    let unknown = with("nobody").await.refused(403, "M_FORBIDDEN");
    assert_eq!(known, unknown);
}

#[tokio::test]
async fn logging_out_ends_one_device_or_all() {
    let server = TestServer::start().await;
    let first = server.user("alice").await;
    let (second, third) = (server.login("alice").await, server.login("alice").await);
    first.post("/v3/logout", json!({})).await.ok();
    first.get("/v3/account/whoami").await.refused(401, "M_UNKNOWN_TOKEN");
    assert_eq!(second.get("/v3/account/whoami").await.ok()["device_id"], second.device.as_str());
    second.post("/v3/logout/all", json!({})).await.ok();
    for device in [&second, &third] {
        device.get("/v3/account/whoami").await.refused(401, "M_UNKNOWN_TOKEN");
    }
}

#[tokio::test]
async fn who_waits_for_news_hears_at_once_of_being_logged_out() {
    let server = TestServer::start().await;
    let (first, second) = (server.user("alice").await, server.login("alice").await);
    let wait = async {
        let mut since = second.now().await;
        loop {
            let answer = second.get(&format!("/v3/sync?timeout=60000&since={}", segment(&since))).await;
            if answer.status != 200 {
                return answer.refused(401, "M_UNKNOWN_TOKEN");
            }
            since = answer.text("next_batch");
        }
    };
    let log_out = async { first.post("/v3/logout/all", json!({})).await.ok() };
    let both = async { tokio::join!(wait, log_out) };
    let (refusal, _) =
        tokio::time::timeout(Duration::from_secs(20), both).await.expect("no wait for the timeout");
    assert_ne!(refusal["soft_logout"], true);
}

#[tokio::test]
async fn no_token_and_a_wrong_one_are_told_apart() {
    let server = TestServer::start().await;
    server.get("/_matrix/client/v3/sync").await.refused(401, "M_MISSING_TOKEN");
    let mut stranger = server.stranger();
    stranger.token = "made up".into();
    stranger.get("/v3/sync").await.refused(401, "M_UNKNOWN_TOKEN");
}

#[tokio::test]
async fn logging_in_to_a_known_device_takes_its_place() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let body = json!({
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": alice.id},
        "password": "the password of alice",
        "device_id": alice.device,
    });
    let again = server.post(LOGIN, body).await.ok();
    assert_eq!(again["device_id"], alice.device.as_str());
    alice.get("/v3/account/whoami").await.refused(401, "M_UNKNOWN_TOKEN");
}

#[tokio::test]
async fn refresh_tokens_work_once() {
    let server = TestServer::start().await;
    server.user("alice").await;
    let body = json!({
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": "alice"},
        "password": "the password of alice",
        "refresh_token": true,
    });
    let session = server.post(LOGIN, body).await.ok();
    assert!(session["expires_in_ms"].as_u64().is_some_and(|lifetime| lifetime > 0));
    let refresh = |token: &serde_json::Value| {
        server.post("/_matrix/client/v3/refresh", json!({"refresh_token": token}))
    };
    let renewed = refresh(&session["refresh_token"]).await.ok();
    let mut alice = server.stranger();
    renewed["access_token"].as_str().unwrap().clone_into(&mut alice.token);
    alice.get("/v3/account/whoami").await.ok();
    refresh(&session["refresh_token"]).await.refused(401, "M_UNKNOWN_TOKEN");
}

#[tokio::test]
async fn a_new_password_ends_the_other_devices() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let other = server.login("alice").await;
    let body = |auth: serde_json::Value| json!({"new_password": "another long one", "auth": auth});
    let asked = alice.post("/v3/account/password", body(json!(null))).await;
    assert_eq!(asked.status, 401);
    let auth = |password: &str| {
        json!({"type": "m.login.password", "session": asked.body["session"], "password": password,
            "identifier": {"type": "m.id.user", "user": alice.id}})
    };
    assert_eq!(alice.post("/v3/account/password", body(auth("wrong"))).await.status, 401);
    alice.post("/v3/account/password", body(auth("the password of alice"))).await.ok();
    alice.get("/v3/account/whoami").await.ok();
    other.get("/v3/account/whoami").await.refused(401, "M_UNKNOWN_TOKEN");
}

#[tokio::test]
async fn a_deactivated_account_is_gone_for_good() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let auth = json!({"type": "m.login.password", "password": "the password of bob",
        "identifier": {"type": "m.id.user", "user": bob.id}});
    bob.post("/v3/account/deactivate", json!({"auth": auth})).await.ok();
    bob.get("/v3/account/whoami").await.refused(401, "M_UNKNOWN_TOKEN");
    let body = json!({"type": "m.login.password", "password": "the password of bob",
        "identifier": {"type": "m.id.user", "user": "bob"}});
    assert_eq!(server.post(LOGIN, body).await.status, 403);
    let body = json!({"username": "bob", "password": "long enough", "auth": {"type": "m.login.dummy"}});
    server.post("/_matrix/client/v3/register", body).await.refused(400, "M_USER_IN_USE");
    let joined = alice.get(&format!("/v3/rooms/{}/joined_members", segment(&room))).await.ok();
    assert!(joined["joined"].get(&bob.id).is_none());
}

#[tokio::test]
async fn what_was_authenticated_is_what_is_done() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let asked = alice.post("/v3/account/password", json!({"new_password": "a good password"})).await;
    let auth = json!({"type": "m.login.password", "session": asked.body["session"],
        "password": "the password of alice", "identifier": {"type": "m.id.user", "user": alice.id}});
    let other = json!({"new_password": "the password of mallory", "auth": auth});
    alice.post("/v3/account/password", other).await.refused(403, "M_FORBIDDEN");
    alice.post("/v3/account/deactivate", json!({"auth": auth})).await.refused(403, "M_FORBIDDEN");
    server.login("alice").await;
}

#[tokio::test]
async fn logging_in_without_a_type_is_refused() {
    let server = TestServer::start().await;
    server.post(LOGIN, json!({"password": "x"})).await.refused(400, "M_BAD_JSON");
    server.post(LOGIN, json!({"type": 7})).await.refused(400, "M_BAD_JSON");
    assert_eq!(server.post(LOGIN, json!({"type": "org.example.magic"})).await.status, 400);
}
