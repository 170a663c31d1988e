//! Keys of devices, between servers.

use reqwest::Method;
use ruma::RoomVersionId;
use serde_json::{Value, json};
use testing::{Peer, Reply, TestUser, segment};

fn identity(user: &str, device: &str) -> Value {
    json!({
        "user_id": user,
        "device_id": device,
        "algorithms": ["m.olm.v1.curve25519-aes-sha2"],
        "keys": {format!("curve25519:{device}"): "aGVsbG8", format!("ed25519:{device}"): "d29ybGQ"},
        "signatures": {user: {format!("ed25519:{device}"): "c2lnbmF0dXJl"}},
    })
}

async fn publish(user: &TestUser) {
    user.post("/v3/keys/upload", json!({"device_keys": identity(&user.id, &user.device)})).await.ok();
}

/// What the peer was told of changed devices.
fn updates(peer: &Peer) -> Vec<Value> {
    peer.edus("m.device_list_update")
}

async fn until_updates(peer: &Peer, count: usize) -> Vec<Value> {
    let mut seen = 0;
    while updates(peer).len() < count {
        seen = peer.until_asked("send", seen + 1).await.len();
    }
    updates(peer)
}

async fn query(by: &TestUser, user: &str) -> Value {
    by.post("/v3/keys/query", json!({"device_keys": {user: []}, "timeout": 10_000})).await.ok()
}

/// How often the peer was asked for keys.
fn questions(peer: &Peer) -> usize {
    peer.asked("user").len()
}

/// The peer has these devices of Alice.
fn devices(peer: &Peer, stream: u64, ids: &'static [&str]) {
    let alice = peer.alice();
    peer.script(move |asked| {
        let keys = |id: &&str| json!({"device_id": id, "keys": identity(&alice, id)});
        asked.path.contains("/user/devices/").then(|| {
            let devices: Vec<Value> = ids.iter().map(keys).collect();
            Reply::Json(200, json!({"user_id": alice, "stream_id": stream, "devices": devices}))
        })
    });
}

fn ids(found: &Value, user: &str) -> Vec<String> {
    found["device_keys"][user].as_object().map(|keys| keys.keys().cloned().collect()).unwrap_or_default()
}

#[tokio::test]
async fn other_servers_are_given_keys_without_names() {
    let (peer, server, bob) = Peer::with_guest(RoomVersionId::V12).await;
    publish(&bob).await;
    bob.put(&format!("/v3/devices/{}", bob.device), json!({"display_name": "laptop"})).await.ok();
    let key =
        json!({"key": "MQ", "signatures": {bob.id.clone(): {format!("ed25519:{}", bob.device): "c2ln"}}});
    bob.post("/v3/keys/upload", json!({"one_time_keys": {"signed_curve25519:1": key}})).await.ok();

    let path = format!("/_matrix/federation/v1/user/devices/{}", segment(&bob.id));
    let found = peer.ask(&server, Method::GET, &path, None).await.ok();
    assert_eq!(found["devices"], json!([{"device_id": bob.device, "keys": identity(&bob.id, &bob.device)}]));
    assert!(found["stream_id"].is_u64());
    let nobody = "/_matrix/federation/v1/user/devices/%40nobody%3Alocalhost";
    peer.ask(&server, Method::GET, nobody, None).await.refused(404, "M_NOT_FOUND");

    let wanted = json!({"device_keys": {bob.id.clone(): [], peer.alice(): []}});
    let path = "/_matrix/federation/v1/user/keys/query";
    let found = peer.ask(&server, Method::POST, path, Some(wanted)).await.ok();
    assert_eq!(
        found["device_keys"],
        json!({bob.id.clone(): {bob.device.clone(): identity(&bob.id, &bob.device)}})
    );

    let wanted = json!({"one_time_keys": {bob.id.clone(): {bob.device.clone(): "signed_curve25519"}}});
    let path = "/_matrix/federation/v1/user/keys/claim";
    let claimed = peer.ask(&server, Method::POST, path, Some(wanted.clone())).await.ok();
    assert_eq!(claimed["one_time_keys"][&bob.id][&bob.device]["signed_curve25519:1"], key);
    let claimed = peer.ask(&server, Method::POST, path, Some(wanted)).await.ok();
    assert_eq!(claimed["one_time_keys"], json!({}), "once");
}

#[tokio::test]
async fn changes_of_devices_are_told_in_a_chain() {
    let (peer, server, bob) = Peer::with_guest(RoomVersionId::V12).await;
    // Who comes into a room makes themselves known, with what devices they have.
    let joined = until_updates(&peer, 1).await.remove(0);
    assert_eq!((&joined["user_id"], &joined["device_id"]), (&json!(bob.id), &json!(bob.device)));
    assert!(joined["prev_id"].is_null() && joined["keys"].is_null() && joined["deleted"].is_null());
    publish(&bob).await;
    let first = until_updates(&peer, 2).await.remove(1);
    assert_eq!((&first["user_id"], &first["device_id"]), (&json!(bob.id), &json!(bob.device)));
    assert_eq!(first["keys"], identity(&bob.id, &bob.device));
    assert_eq!(first["prev_id"], json!([joined["stream_id"]]));
    let phone = server.login("bob").await;
    publish(&phone).await;
    let second = until_updates(&peer, 3).await.remove(2);
    assert_eq!(
        (&second["device_id"], &second["prev_id"]),
        (&json!(phone.device), &json!([first["stream_id"]]))
    );
    phone.post("/v3/logout", json!({})).await.ok();
    let third = until_updates(&peer, 4).await.remove(3);
    assert_eq!((&third["deleted"], &third["prev_id"]), (&json!(true), &json!([second["stream_id"]])));
    assert!(third["keys"].is_null());
}

#[tokio::test]
async fn keys_of_people_there_are_asked_for_once() {
    let (peer, server, bob) = Peer::with_guest(RoomVersionId::V12).await;
    let alice = peer.alice();
    devices(&peer, 5, &["ONE", "TWO"]);
    assert_eq!(ids(&query(&bob, &alice).await, &alice), ["ONE", "TWO"]);
    let asked = questions(&peer);
    assert_eq!(ids(&query(&bob, &alice).await, &alice), ["ONE", "TWO"]);
    assert_eq!(questions(&peer), asked, "they are kept");
    let carol = server.user("carol").await;
    assert_eq!(ids(&query(&carol, &alice).await, &alice), ["ONE", "TWO"]);
    assert_eq!(questions(&peer), asked + 1, "but not for those who hear of no changes");
}

#[tokio::test]
async fn devices_without_keys_hide_no_others_and_names_are_where_clients_look() {
    let (peer, _server, bob) = Peer::with_guest(RoomVersionId::V12).await;
    let alice = peer.alice();
    let keys = identity(&alice, "ONE");
    let answer = json!({"user_id": alice, "stream_id": 5, "devices": [
        {"device_id": "BARE", "device_display_name": "a script"},
        {"device_id": "ONE", "keys": keys, "device_display_name": "Alice's phone"},
    ]});
    peer.script(move |asked| asked.path.contains("/user/devices/").then(|| Reply::Json(200, answer.clone())));
    let found = query(&bob, &alice).await;
    assert_eq!(ids(&found, &alice), ["ONE"]);
    let name = &found["device_keys"][&alice]["ONE"]["unsigned"]["device_display_name"];
    assert_eq!(name, "Alice's phone");
    let asked = questions(&peer);
    query(&bob, &alice).await;
    assert_eq!(questions(&peer), asked, "they are kept");
}

#[tokio::test]
async fn names_of_devices_are_shared_where_the_settings_say_so() {
    let peer = Peer::start(RoomVersionId::V12).await;
    let server = peer.server_with(|config| config.federation.share_device_names = true).await;
    let bob = server.user("bob").await;
    publish(&bob).await;
    bob.put(&format!("/v3/devices/{}", bob.device), json!({"display_name": "laptop"})).await.ok();
    peer.bring_in(&server, &bob).await;
    assert_eq!(until_updates(&peer, 1).await[0]["device_display_name"], "laptop");
    let path = format!("/_matrix/federation/v1/user/devices/{}", segment(&bob.id));
    let found = peer.ask(&server, Method::GET, &path, None).await.ok();
    assert_eq!(found["devices"][0]["device_display_name"], "laptop");
    let wanted = json!({"device_keys": {bob.id.clone(): []}});
    let path = "/_matrix/federation/v1/user/keys/query";
    let found = peer.ask(&server, Method::POST, path, Some(wanted)).await.ok();
    let device = &found["device_keys"][&bob.id][&bob.device];
    assert_eq!(device["unsigned"]["device_display_name"], "laptop");
}

#[tokio::test]
async fn servers_that_do_not_answer_are_named() {
    let (peer, _server, bob) = Peer::with_guest(RoomVersionId::V12).await;
    peer.script(|asked| {
        let refuse = asked.what == "user";
        refuse.then(|| Reply::Json(403, json!({"errcode": "M_FORBIDDEN", "error": "not for you"})))
    });
    let alice = peer.alice();
    let found = query(&bob, &alice).await;
    assert_eq!(found["failures"][peer.name()]["errcode"], "M_FORBIDDEN");
    assert!(found["device_keys"][&alice].is_null());
    let nowhere = json!({"device_keys": {"@x:127.0.0.1:1": []}, "timeout": 2_000});
    let found = bob.post("/v3/keys/query", nowhere).await.ok();
    assert_eq!(found["failures"]["127.0.0.1:1"]["errcode"], "M_UNAVAILABLE");
    let wanted = json!({"one_time_keys": {"@x:127.0.0.1:1": {"X": "signed_curve25519"}}});
    let claimed = bob.post("/v3/keys/claim", wanted).await.ok();
    assert_eq!(claimed["failures"]["127.0.0.1:1"]["errcode"], "M_UNAVAILABLE");
}

#[tokio::test]
async fn one_time_keys_of_people_there_are_claimed() {
    let (peer, _server, bob) = Peer::with_guest(RoomVersionId::V12).await;
    let alice = peer.alice();
    let answer = json!({"one_time_keys": {
        alice.clone(): {"ONE": {"signed_curve25519:A": {"key": "MQ", "signatures": {}}}},
        bob.id.clone(): {bob.device.clone(): {"signed_curve25519:B": {"key": "Mg", "signatures": {}}}},
    }});
    peer.script(move |asked| {
        asked.path.ends_with("/user/keys/claim").then(|| Reply::Json(200, answer.clone()))
    });
    let wanted = json!({"one_time_keys": {alice.clone(): {"ONE": "signed_curve25519"}}});
    let claimed = bob.post("/v3/keys/claim", wanted.clone()).await.ok();
    assert_eq!(claimed["one_time_keys"][&alice]["ONE"]["signed_curve25519:A"]["key"], "MQ");
    assert!(claimed["one_time_keys"][&bob.id].is_null(), "a server speaks for its own people");
    let asked = peer.asked("user").pop().expect("asked");
    assert_eq!(asked.body, wanted);
}
