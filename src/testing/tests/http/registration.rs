//! Making accounts.

use serde_json::json;
use testing::TestServer;

const REGISTER: &str = "/_matrix/client/v3/register";

#[tokio::test]
async fn registering_asks_for_a_stage_first() {
    let server = TestServer::start().await;
    let body = json!({"username": "alice", "password": "long enough"});
    let asked = server.post(REGISTER, body).await;
    assert_eq!(asked.status, 401);
    assert_eq!(asked.body["flows"], json!([{"stages": ["m.login.dummy"]}]));
    let auth = json!({"type": "m.login.dummy", "session": asked.body["session"]});
    let body = json!({"username": "alice", "password": "long enough", "auth": auth});
    let account = server.post(REGISTER, body).await.ok();
    assert_eq!(account["user_id"], "@alice:localhost");
    assert!(account["access_token"].is_string() && account["device_id"].is_string());
}

#[tokio::test]
async fn names_are_checked() {
    let server = TestServer::start().await;
    server.user("alice").await;
    let with = |name: &str| {
        let body = json!({"username": name, "password": "long enough", "auth": {"type": "m.login.dummy"}});
        server.post(REGISTER, body)
    };
    with("alice").await.refused(400, "M_USER_IN_USE");
    for name in ["with space", "q!", "", &"x".repeat(300)] {
        with(name).await.refused(400, "M_INVALID_USERNAME");
    }
    assert_eq!(with("CamelCase").await.ok()["user_id"], "@camelcase:localhost");
    server.get("/_matrix/client/v3/register/available?username=alice").await.refused(400, "M_USER_IN_USE");
}

#[tokio::test]
async fn weak_passwords_are_refused() {
    let server = TestServer::start().await;
    let body = json!({"username": "alice", "password": "short", "auth": {"type": "m.login.dummy"}});
    server.post(REGISTER, body).await.refused(400, "M_WEAK_PASSWORD");
}

#[tokio::test]
async fn the_first_account_is_the_admins() {
    let server = TestServer::start().await;
    let (first, second) = (server.user("first").await, server.user("second").await);
    let whois = format!("/v3/admin/whois/{}", second.id);
    assert_eq!(first.get(&whois).await.ok()["user_id"], second.id.as_str());
    let whois = format!("/v3/admin/whois/{}", first.id);
    second.get(&whois).await.refused(403, "M_FORBIDDEN");
}

#[tokio::test]
async fn guests_look_and_do_not_touch() {
    let server = TestServer::start().await;
    let guest = server.post(&format!("{REGISTER}?kind=guest"), json!({})).await.ok();
    assert!(guest["user_id"].is_string());
    let closed = TestServer::start_with(|config| config.registration.guests = false).await;
    closed.post(&format!("{REGISTER}?kind=guest"), json!({})).await.refused(403, "M_FORBIDDEN");
}

#[tokio::test]
async fn tokens_open_a_server_that_asks_for_them() {
    let server = TestServer::start_with(|config| {
        config.registration.mode = Some(config::RegistrationMode::Token);
        config.registration.tokens = vec![config::Secret::new("let-me-in")];
    })
    .await;
    let body = |token: &str| {
        json!({"username": "alice", "password": "long enough",
            "auth": {"type": "m.login.registration_token", "token": token}})
    };
    assert_eq!(server.post(REGISTER, body("wrong")).await.status, 401);
    let dummy = json!({"username": "alice", "password": "long enough", "auth": {"type": "m.login.dummy"}});
    assert_eq!(server.post(REGISTER, dummy).await.status, 401);
    let path = "/_matrix/client/v1/register/m.login.registration_token/validity?token=";
    assert_eq!(server.get(&format!("{path}let-me-in")).await.ok()["valid"], true);
    assert_eq!(server.get(&format!("{path}wrong")).await.ok()["valid"], false);
}
