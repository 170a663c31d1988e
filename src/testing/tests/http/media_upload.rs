//! Files are taken, as they are, and only those that the operator wants.

use bytes::Bytes;
use config::ByteSize;
use futures_util::stream;
use reqwest::{Body, Method};
use serde_json::json;
use std::convert::Infallible;
use testing::{TestServer, segment};

const UPLOAD: &str = "/_matrix/media/v3/upload";

#[tokio::test]
async fn a_file_comes_back_as_it_was_also_after_a_restart() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let bytes: Vec<u8> = (0..3_000_000_u32).map(|number| (number % 251) as u8).collect();
    let uri = alice.upload("img/png", "", &bytes).await;
    let address = uri.strip_prefix("mxc://localhost/").expect("an address here").to_owned();
    let answer = alice.media(&format!("download/localhost/{address}")).await;
    assert_eq!((answer.status, answer.header("content-type")), (200, "img/png"));
    assert_eq!(answer.header("content-length"), "3000000");
    assert!(answer.body == bytes);
    let server = server.restart().await;
    let alice = alice.at(&server);
    assert!(alice.media(&format!("download/localhost/{address}")).await.body == bytes);
}

#[tokio::test]
async fn an_empty_file_without_a_type_is_a_file() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let answer = alice.raw(Method::POST, UPLOAD, &[], "").await;
    let answer: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
    let path = answer["content_uri"].as_str().unwrap().replace("mxc://", "download/");
    let file = alice.media(&path).await;
    assert_eq!((file.status, file.header("content-length"), file.body.len()), (200, "0", 0));
    assert_eq!(file.header("content-type"), "application/octet-stream");
}

#[tokio::test]
async fn what_is_too_large_is_refused_whether_or_not_its_length_is_told() {
    let server =
        TestServer::start_with(|config| config.media.max_upload_bytes = ByteSize::new(100_000)).await;
    let alice = server.user("alice").await;
    for path in ["/_matrix/client/v1/media/config", "/_matrix/media/v3/config", "/_matrix/media/r0/config"] {
        let answer = alice.request(Method::GET, path, None).await.ok();
        assert_eq!(answer, json!({"m.upload.size": 100_000}));
        server.get(path).await.refused(401, "M_MISSING_TOKEN");
    }
    alice.upload("a/b", "", &vec![7; 100_000]).await;
    let told = alice.raw(Method::POST, UPLOAD, &[], vec![7; 100_001]).await;
    assert_eq!((told.status, told.code().as_str()), (413, "M_TOO_LARGE"));
    let chunks = (0..101).map(|_| Ok::<_, Infallible>(Bytes::from_static(&[7; 1000])));
    let untold = alice.raw(Method::POST, UPLOAD, &[], Body::wrap_stream(stream::iter(chunks))).await;
    assert_eq!((untold.status, untold.code().as_str()), (413, "M_TOO_LARGE"));
}

#[tokio::test]
async fn types_and_quotas_are_the_operator_s_choice() {
    let server = TestServer::start_with(|config| {
        config.media.allowed_types = vec!["image/*".into()];
        config.media.user_quota = Some(ByteSize::new(10));
    })
    .await;
    let alice = server.user("alice").await;
    let send = |content_type, bytes: &[u8]| {
        alice.request_bytes(Method::POST, UPLOAD, content_type, Some(bytes.to_vec()))
    };
    send("text/html", b"x").await.refused(403, "M_FORBIDDEN");
    assert_eq!(alice.raw(Method::POST, UPLOAD, &[], "x").await.code(), "M_FORBIDDEN");
    send("image/png", b"12345678").await.ok();
    send("image/png", b"123").await.refused(403, "M_FORBIDDEN");
    send("image/png", b"12").await.ok();
}

#[tokio::test]
async fn only_people_with_an_account_upload() {
    let server = TestServer::start().await;
    let stranger = server.stranger();
    stranger
        .request_bytes(Method::POST, UPLOAD, "image/png", Some(b"x".to_vec()))
        .await
        .refused(401, "M_MISSING_TOKEN");
    let guest = server.post("/_matrix/client/v3/register?kind=guest", json!({})).await.text("access_token");
    let answer =
        stranger.raw(Method::POST, UPLOAD, &[("authorization", &format!("Bearer {guest}"))], "x").await;
    assert_eq!((answer.status, answer.code().as_str()), (403, "M_GUEST_ACCESS_FORBIDDEN"));
    let alice = server.user("alice").await;
    let name = format!("{UPLOAD}?filename={}", segment(&"x".repeat(600)));
    assert_eq!(alice.raw(Method::POST, &name, &[], "x").await.code(), "M_INVALID_PARAM");
}
