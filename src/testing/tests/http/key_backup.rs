//! Backups of room keys.

use serde_json::{Value, json};
use testing::{TestServer, TestUser, segment};

const ALGORITHM: &str = "m.megolm_backup.v1.curve25519-aes-sha2";

async fn begin(user: &TestUser) -> String {
    let version = json!({"algorithm": ALGORITHM, "auth_data": {"public_key": "abc", "signatures": {}}});
    user.post("/v3/room_keys/version", version).await.text("version")
}

fn key(first_message_index: u64, is_verified: bool, text: &str) -> Value {
    json!({
        "first_message_index": first_message_index,
        "forwarded_count": 0,
        "is_verified": is_verified,
        "session_data": {"ciphertext": text},
    })
}

fn session(version: &str) -> String {
    format!("/v3/room_keys/keys/{}/session?version={version}", segment("!room:localhost"))
}

#[tokio::test]
async fn a_backup_has_versions_of_which_the_newest_takes_keys() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    alice.get("/v3/room_keys/version").await.refused(404, "M_NOT_FOUND");
    let first = begin(&alice).await;
    alice.put(&session(&first), key(0, false, "a")).await.ok();
    let second = begin(&alice).await;
    let refused =
        alice.put(&session(&first), key(0, true, "b")).await.refused(403, "M_WRONG_ROOM_KEYS_VERSION");
    assert_eq!(refused["current_version"], second.as_str());
    let latest = alice.get("/v3/room_keys/version").await.ok();
    assert_eq!(latest["version"], second.as_str());
    assert_eq!((&latest["algorithm"], &latest["count"]), (&json!(ALGORITHM), &json!(0)));
    assert_eq!(latest["auth_data"], json!({"public_key": "abc", "signatures": {}}));
    let old = alice.get(&format!("/v3/room_keys/version/{first}")).await.ok();
    assert_eq!(old["count"], 1);
    alice.delete(&format!("/v3/room_keys/version/{second}")).await.ok();
    assert_eq!(alice.get("/v3/room_keys/version").await.ok()["version"], first.as_str());
    alice.get(&format!("/v3/room_keys/version/{second}")).await.refused(404, "M_NOT_FOUND");
    assert_ne!(begin(&alice).await, second);
}

#[tokio::test]
async fn the_better_of_two_keys_stays() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let version = begin(&alice).await;
    let path = session(&version);
    let first = alice.put(&path, key(5, false, "first")).await.ok();
    let worse = alice.put(&path, key(9, false, "worse")).await.ok();
    assert_eq!(first, worse);
    assert_eq!(alice.get(&path).await.ok(), key(5, false, "first"));
    let better = alice.put(&path, key(9, true, "better")).await.ok();
    assert_ne!(better["etag"], first["etag"]);
    assert_eq!((&better["count"], &first["count"]), (&json!(1), &json!(1)));
    assert_eq!(alice.get(&path).await.ok(), key(9, true, "better"));
}

#[tokio::test]
async fn keys_are_stored_and_deleted_by_session_by_room_and_all() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let version = begin(&alice).await;
    let all = format!("/v3/room_keys/keys?version={version}");
    let one = format!("/v3/room_keys/keys/{}?version={version}", segment("!one:localhost"));
    let stored = json!({"rooms": {
        "!one:localhost": {"sessions": {"a": key(0, true, "a"), "b": key(0, true, "b")}},
        "!two:localhost": {"sessions": {"c": key(0, true, "c")}},
    }});
    assert_eq!(alice.put(&all, stored.clone()).await.ok()["count"], 3);
    assert_eq!(alice.get(&all).await.ok(), stored);
    assert_eq!(alice.put(&one, json!({"sessions": {"d": key(0, true, "d")}})).await.ok()["count"], 4);
    assert_eq!(alice.get(&one).await.ok()["sessions"].as_object().expect("sessions").len(), 3);
    // A backup belongs to one person.
    bob.get(&all).await.refused(404, "M_NOT_FOUND");
    let session = format!("/v3/room_keys/keys/{}/c?version={version}", segment("!two:localhost"));
    assert_eq!(alice.delete(&session).await.ok()["count"], 3);
    alice.get(&session).await.refused(404, "M_NOT_FOUND");
    assert_eq!(alice.delete(&one).await.ok()["count"], 0);
    assert_eq!(alice.get(&one).await.ok(), json!({"sessions": {}}));
    alice.put(&all, stored).await.ok();
    assert_eq!(alice.delete(&all).await.ok()["count"], 0);
    assert_eq!(alice.get(&all).await.ok(), json!({"rooms": {}}));
}

#[tokio::test]
async fn signatures_of_a_version_change_and_its_algorithm_does_not() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let version = begin(&alice).await;
    let path = format!("/v3/room_keys/version/{version}");
    let body = |algorithm: &str, named: &str| json!({"algorithm": algorithm, "auth_data": {"public_key": "abc", "signatures": {"x": {}}}, "version": named});
    alice.put(&path, body("m.another", &version)).await.refused(400, "M_INVALID_PARAM");
    alice.put(&path, body(ALGORITHM, "77")).await.refused(400, "M_INVALID_PARAM");
    alice.put(&path, body(ALGORITHM, &version)).await.ok();
    assert_eq!(alice.get(&path).await.ok()["auth_data"]["signatures"], json!({"x": {}}));
    alice.put("/v3/room_keys/version/77", body(ALGORITHM, "77")).await.refused(404, "M_NOT_FOUND");
}
