//! Addresses that are made before their files (spec "Content repository", asynchronous uploads).

use reqwest::Method;
use serde_json::{Value, json};
use testing::{TestServer, TestUser};

async fn create(user: &TestUser) -> String {
    let answer = user.request(Method::POST, "/_matrix/media/v1/create", Some(json!({}))).await.ok();
    assert!(answer["unused_expires_at"].as_u64().unwrap() > 1_700_000_000_000);
    answer["content_uri"].as_str().unwrap().strip_prefix("mxc://").unwrap().to_owned()
}

async fn put(user: &TestUser, address: &str, bytes: &[u8]) -> testing::Answer {
    let path = format!("/_matrix/media/v3/upload/{address}?filename=a.txt");
    user.request_bytes(Method::PUT, &path, "text/plain", Some(bytes.to_vec())).await
}

#[tokio::test]
async fn a_download_waits_for_the_upload() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let address = create(&alice).await;
    let early = bob.media(&format!("download/{address}?timeout_ms=0")).await;
    assert_eq!((early.status, early.code().as_str()), (504, "M_NOT_YET_UPLOADED"));
    let path = format!("download/{address}?timeout_ms=20000");
    let waiting = bob.media(&path);
    let upload = async {
        let late = bob.media(&format!("thumbnail/{address}?timeout_ms=1&width=1&height=1")).await;
        assert_eq!(late.code(), "M_NOT_YET_UPLOADED");
        assert_eq!(put(&alice, &address, b"here it is").await.ok(), json!({}));
    };
    let (file, ()) = tokio::join!(waiting, upload);
    assert_eq!((file.status, file.body.as_slice()), (200, b"here it is".as_slice()));
    assert_eq!(file.header("content-disposition"), "inline; filename=a.txt");
}

#[tokio::test]
async fn an_address_takes_one_file_from_whoever_made_it() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let address = create(&alice).await;
    put(&bob, &address, b"not mine").await.refused(403, "M_FORBIDDEN");
    put(&alice, "localhost/nobodymadethis", b"x").await.refused(404, "M_NOT_FOUND");
    put(&alice, &address.replace("localhost", "elsewhere.example"), b"x").await.refused(404, "M_NOT_FOUND");
    put(&alice, &address, b"mine").await.ok();
    put(&alice, &address, b"again").await.refused(409, "M_CANNOT_OVERWRITE_MEDIA");
    let uploaded = alice.upload("text/plain", "", b"at once").await;
    let uploaded = uploaded.strip_prefix("mxc://").unwrap();
    put(&alice, uploaded, b"again").await.refused(409, "M_CANNOT_OVERWRITE_MEDIA");
    assert_eq!(bob.media(&format!("download/{address}")).await.body, b"mine");
}

#[tokio::test]
async fn nobody_reserves_without_end() {
    let server = TestServer::start_with(|config| config.media.max_pending = 2).await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let first = create(&alice).await;
    create(&alice).await;
    let again = || alice.request(Method::POST, "/_matrix/media/v1/create", Some(json!({})));
    let refused: Value = again().await.refused(429, "M_LIMIT_EXCEEDED");
    assert!(refused["retry_after_ms"].as_u64().unwrap() > 86_000_000);
    create(&bob).await;
    put(&alice, &first, b"x").await.ok();
    again().await.ok();
}
