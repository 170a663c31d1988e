//! Keys of devices: published, looked up, given out once, and who hears of changes.

use serde_json::{Value, json};
use testing::{TestServer, TestUser};

fn identity(user: &TestUser) -> Value {
    let id = |algorithm: &str| format!("{algorithm}:{}", user.device);
    json!({
        "user_id": user.id,
        "device_id": user.device,
        "algorithms": ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"],
        "keys": {id("curve25519"): "aGVsbG8", id("ed25519"): "d29ybGQ"},
        "signatures": {user.id.clone(): {id("ed25519"): "c2lnbmF0dXJl"}},
    })
}

fn signed(user: &TestUser, key: &str) -> Value {
    json!({"key": key, "signatures": {user.id.clone(): {format!("ed25519:{}", user.device): "c2ln"}}})
}

async fn publish(user: &TestUser) {
    user.post("/v3/keys/upload", json!({"device_keys": identity(user)})).await.ok();
}

async fn claim(by: &TestUser, of: &TestUser) -> Value {
    let wanted = json!({"one_time_keys": {of.id.clone(): {of.device.clone(): "signed_curve25519"}}});
    by.post("/v3/keys/claim", wanted).await.ok()["one_time_keys"][&of.id][&of.device].clone()
}

fn changed(answer: &Value) -> &Value {
    &answer["device_lists"]["changed"]
}

#[tokio::test]
async fn published_keys_are_found_with_the_device_s_name() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    publish(&alice).await;
    alice.put(&format!("/v3/devices/{}", alice.device), json!({"display_name": "laptop"})).await.ok();
    let found = bob.post("/v3/keys/query", json!({"device_keys": {alice.id.clone(): []}})).await.ok();
    let mut keys = found["device_keys"][&alice.id][&alice.device].clone();
    assert_eq!(keys["unsigned"]["device_display_name"], "laptop");
    keys.as_object_mut().expect("keys").remove("unsigned");
    assert_eq!(keys, identity(&alice));
    let other = bob.post("/v3/keys/query", json!({"device_keys": {alice.id.clone(): ["OTHER"]}})).await.ok();
    assert_eq!(other["device_keys"][&alice.id], json!({}));
    bob.post("/v3/keys/query", json!({"device_keys": {alice.id.clone(): {"A": 1}}}))
        .await
        .refused(400, "M_BAD_JSON");
}

#[tokio::test]
async fn keys_of_another_device_are_refused() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    bob.post("/v3/keys/upload", json!({"device_keys": identity(&alice)}))
        .await
        .refused(400, "M_INVALID_PARAM");
    let found = bob.post("/v3/keys/query", json!({"device_keys": {bob.id.clone(): []}})).await.ok();
    assert_eq!(found["device_keys"][&bob.id], json!({}));
}

#[tokio::test]
async fn a_one_time_key_is_given_once_and_then_the_fallback_key() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let mut spare = signed(&alice, "Mg");
    spare["fallback"] = json!(true);
    let keys = json!({
        "one_time_keys": {"signed_curve25519:one": signed(&alice, "MQ")},
        "fallback_keys": {"signed_curve25519:spare": spare},
    });
    let counts = alice.post("/v3/keys/upload", keys).await.ok();
    assert_eq!(counts["one_time_key_counts"]["signed_curve25519"], 1);
    let since = alice.now().await;
    assert_eq!(claim(&bob, &alice).await, json!({"signed_curve25519:one": signed(&alice, "MQ")}));
    let left = alice
        .sync_until(&since, |answer| answer["device_one_time_keys_count"]["signed_curve25519"] == 0)
        .await;
    assert_eq!(left["device_unused_fallback_key_types"], json!(["signed_curve25519"]));
    for _ in 0..2 {
        assert_eq!(claim(&bob, &alice).await["signed_curve25519:spare"]["key"], "Mg");
    }
    assert_eq!(alice.sync(None).await["device_unused_fallback_key_types"], json!([]));
}

#[tokio::test]
async fn who_shares_a_room_hears_of_changed_keys() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let stranger = server.user("stranger").await;
    let room = alice.room().await;
    bob.join(&room).await;
    let (before, elsewhere) = (bob.now().await, stranger.now().await);
    publish(&alice).await;
    let heard = bob.sync_until(&before, |answer| *changed(answer) == json!([alice.id])).await;
    assert_eq!(*changed(&stranger.sync(Some(&elsewhere)).await), Value::Null);
    let upto = heard["next_batch"].as_str().expect("a token");
    let asked = bob.get(&format!("/v3/keys/changes?from={before}&to={upto}")).await.ok();
    assert_eq!(asked, json!({"changed": [alice.id], "left": []}));
    alice.leave(&room).await;
    let left = bob.sync_until(upto, |answer| answer["device_lists"]["left"].is_array()).await;
    assert_eq!(left["device_lists"]["left"], json!([alice.id]));
    bob.get("/v3/keys/changes?from=x&to=y").await.refused(400, "M_INVALID_PARAM");
}

#[tokio::test]
async fn other_people_s_servers_are_said_to_be_out_of_reach() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let far = "@far:elsewhere.example";
    let found = alice.post("/v3/keys/query", json!({"device_keys": {far: []}})).await.ok();
    assert!(found["failures"]["elsewhere.example"].is_object(), "{found}");
    let wanted = json!({"one_time_keys": {far: {"A": "signed_curve25519"}}});
    let claimed = alice.post("/v3/keys/claim", wanted).await.ok();
    assert!(claimed["failures"]["elsewhere.example"].is_object(), "{claimed}");
}

#[tokio::test]
async fn only_the_first_cross_signing_keys_need_no_password() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let master = |key: &str| {
        json!({"master_key": {
            "user_id": alice.id,
            "usage": ["master"],
            "keys": {format!("ed25519:{key}"): key},
        }})
    };
    let (first, second) =
        ("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    let path = "/v3/keys/device_signing/upload";
    alice.post(path, master(first)).await.ok();
    alice.post(path, master(first)).await.ok();
    let asked = alice.post(path, master(second)).await;
    assert_eq!((asked.status, asked.body["flows"].is_array()), (401, true), "{asked:?}");
    let found = alice.post("/v3/keys/query", json!({"device_keys": {alice.id.clone(): []}})).await.ok();
    assert_eq!(found["master_keys"][&alice.id], master(first)["master_key"]);
    let unsigned = json!({"self_signing_key": {
        "user_id": alice.id,
        "usage": ["self_signing"],
        "keys": {format!("ed25519:{second}"): second},
    }});
    let asked = alice.post(path, unsigned.clone()).await;
    let mut proven = unsigned;
    proven["auth"] = json!({
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": "alice"},
        "password": "the password of alice",
        "session": asked.body["session"],
    });
    alice.post(path, proven).await.refused(400, "M_INVALID_SIGNATURE");
}
