//! Request bodies that are not what they should be.

use reqwest::Method;
use serde_json::json;
use testing::{TestServer, segment};

#[tokio::test]
async fn a_body_that_is_no_json_is_told_from_one_of_the_wrong_shape() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let path = "/_matrix/client/v3/createRoom";
    let send = |body: &[u8]| alice.request_bytes(Method::POST, path, "application/json", Some(body.to_vec()));
    send(br#"{"name": "#).await.refused(400, "M_NOT_JSON");
    send(b"{\"name\": \"\xff\xfe\"}").await.refused(400, "M_NOT_JSON");
    send(br#"{"name": 1}"#).await.refused(400, "M_BAD_JSON");
    send(b"[]").await.refused(400, "M_BAD_JSON");
    assert_eq!(alice.get("/v3/joined_rooms").await.ok(), json!({"joined_rooms": []}));
}

#[tokio::test]
async fn an_empty_body_is_an_empty_object() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = segment(&alice.room().await);
    for action in ["join", "leave", "forget"] {
        let path = format!("/_matrix/client/v3/rooms/{room}/{action}");
        bob.request(Method::POST, &path, None).await.ok();
    }
}

#[tokio::test]
async fn an_event_has_a_largest_size() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = segment(&alice.room().await);
    let path = format!("/v3/rooms/{room}/send/m.room.message/1");
    let body = json!({"msgtype": "m.text", "body": "x".repeat(70_000)});
    alice.put(&path, body).await.refused(413, "M_TOO_LARGE");
}

#[tokio::test]
async fn unknown_paths_and_wrong_methods_are_told_apart() {
    let server = TestServer::start().await;
    server.get("/_matrix/client/v3/no_such_thing").await.refused(404, "M_UNRECOGNIZED");
    server.get("/_matrix/unknown").await.refused(404, "M_UNRECOGNIZED");
    server.get("/_matrix/client/v3/createRoom").await.refused(405, "M_UNRECOGNIZED");
}
