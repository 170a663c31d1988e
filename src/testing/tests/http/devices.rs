//! Devices: listing, naming and logging them out, with the owner's password.

use serde_json::{Value, json};
use testing::{TestServer, TestUser};

fn proof(session: &Value, name: &str) -> Value {
    json!({
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": name},
        "password": format!("the password of {name}"),
        "session": session,
    })
}

async fn names(user: &TestUser) -> Vec<String> {
    let devices = user.get("/v3/devices").await.ok();
    let devices = devices["devices"].as_array().expect("a list").iter();
    let mut names: Vec<_> = devices.map(|device| device["device_id"].to_string()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_device_has_a_name_and_was_last_seen_somewhere() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let path = format!("/v3/devices/{}", alice.device);
    alice.put(&path, json!({"display_name": "the laptop"})).await.ok();
    let device = alice.get(&path).await.ok();
    assert_eq!(device["display_name"], "the laptop");
    assert_eq!(device["last_seen_ip"], "127.0.0.1");
    assert!(device["last_seen_ts"].is_u64());
    // No name at all is no change.
    alice.put(&path, json!({})).await.ok();
    assert_eq!(alice.get("/v3/devices").await.ok()["devices"], json!([device]));
    alice.get("/v3/devices/NOBODYS").await.refused(404, "M_NOT_FOUND");
    alice.put("/v3/devices/NOBODYS", json!({"display_name": "x"})).await.refused(404, "M_NOT_FOUND");
    alice.put("/v3/devices/NOBODYS", json!({})).await.refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn other_people_s_devices_are_not_there() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let path = format!("/v3/devices/{}", alice.device);
    bob.get(&path).await.refused(404, "M_NOT_FOUND");
    bob.put(&path, json!({"display_name": "mine"})).await.refused(404, "M_NOT_FOUND");
    assert_eq!(names(&alice).await, [format!("{:?}", alice.device)]);
}

#[tokio::test]
async fn a_password_logs_another_device_out() {
    let server = TestServer::start().await;
    let (alice, phone) = (server.user("alice").await, server.login("alice").await);
    let path = format!("/_matrix/client/v3/devices/{}", phone.device);
    let delete = |body| alice.request(reqwest::Method::DELETE, &path, Some(body));
    let asked = delete(json!({})).await;
    assert_eq!(asked.status, 401);
    assert_eq!(asked.body["flows"], json!([{"stages": ["m.login.password"]}]));
    phone.get("/v3/account/whoami").await.ok();
    delete(json!({"auth": proof(&asked.body["session"], "alice")})).await.ok();
    phone.get("/v3/account/whoami").await.refused(401, "M_UNKNOWN_TOKEN");
    assert_eq!(names(&alice).await.len(), 1);
}

#[tokio::test]
async fn a_session_is_good_for_what_it_was_begun_for() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let (phone, tablet) = (server.login("alice").await, server.login("alice").await);
    let asked = alice.delete(&format!("/v3/devices/{}", phone.device)).await;
    let body = json!({"auth": proof(&asked.body["session"], "alice")});
    let path = format!("/_matrix/client/v3/devices/{}", tablet.device);
    let answer = alice.request(reqwest::Method::DELETE, &path, Some(body)).await;
    assert!(answer.status >= 400, "{answer:?}");
    tablet.get("/v3/account/whoami").await.ok();
}

#[tokio::test]
async fn several_devices_go_at_once_and_somebody_else_s_password_is_not_enough() {
    let server = TestServer::start().await;
    let (alice, _bob) = (server.user("alice").await, server.user("bob").await);
    let (phone, tablet) = (server.login("alice").await, server.login("alice").await);
    let devices = json!([phone.device, tablet.device, "NOBODYS"]);
    let remove = |body| alice.post("/v3/delete_devices", body);
    let asked = remove(json!({"devices": devices})).await;
    let session = &asked.body["session"];
    let wrong = remove(json!({"devices": devices, "auth": proof(session, "bob")})).await;
    assert!([401, 403].contains(&wrong.status), "{wrong:?}");
    phone.get("/v3/account/whoami").await.ok();
    remove(json!({"devices": devices, "auth": proof(session, "alice")})).await.ok();
    for device in [&phone, &tablet] {
        device.get("/v3/account/whoami").await.refused(401, "M_UNKNOWN_TOKEN");
    }
    alice.get("/v3/account/whoami").await.ok();
}
