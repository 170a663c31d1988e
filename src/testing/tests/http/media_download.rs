//! How files are given out: their names, parts of them, what caches and browsers may do, and to whom.

use reqwest::Method;
use testing::{RawAnswer, TestServer, TestUser, segment};

async fn upload(user: &TestUser, content_type: &str, name: &str, bytes: &[u8]) -> String {
    user.upload(content_type, name, bytes).await.replace("mxc://", "download/")
}

async fn get(user: &TestUser, path: &str, headers: &[(&str, &str)]) -> RawAnswer {
    user.raw(Method::GET, &format!("/_matrix/client/v1/media/{path}"), headers, "").await
}

#[tokio::test]
async fn names_of_any_letters_come_back() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    for (name, header) in [
        ("ascii", "inline; filename=ascii"),
        ("name with spaces", "inline; filename=\"name with spaces\""),
        ("name;with;semicolons", "inline; filename=\"name;with;semicolons\""),
        ("🐔", "inline; filename*=utf-8''%F0%9F%90%94"),
    ] {
        let path = upload(&alice, "image/png", name, b"x").await;
        assert_eq!(get(&alice, &path, &[]).await.header("content-disposition"), header);
        let other = get(&alice, &format!("{path}/{}", segment("☕")), &[]).await;
        assert_eq!(other.header("content-disposition"), "inline; filename*=utf-8''%E2%98%95");
    }
    let path = upload(&alice, "Text/Plain; charset=utf-8", "", b"x").await;
    assert_eq!(get(&alice, &path, &[]).await.header("content-disposition"), "inline");
}

#[tokio::test]
async fn browsers_run_nothing_of_it() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let page = b"<script>alert(1)</script>".repeat(1000);
    let path = upload(&alice, "text/html", "a.html", &page).await;
    let answer = get(&alice, &path, &[("accept-encoding", "gzip")]).await;
    assert_eq!(answer.header("content-disposition"), "attachment; filename=a.html");
    assert!(answer.header("content-security-policy").starts_with("sandbox; default-src 'none';"));
    assert_eq!(answer.header("cross-origin-resource-policy"), "cross-origin");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("cache-control"), "private, max-age=31536000, immutable");
    assert_eq!((answer.header("content-length"), answer.header("content-encoding")), ("25000", ""));
    assert!(answer.body == page);
}

#[tokio::test]
async fn parts_can_be_had_and_are_not_sent_twice() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let bytes: Vec<u8> = (0..200_000_u32).map(|number| (number / 7).to_le_bytes()[0]).collect();
    let path = upload(&alice, "video/mp4", "", &bytes).await;
    let part = get(&alice, &path, &[("range", "bytes=100000-150000")]).await;
    assert_eq!((part.status, part.header("content-range")), (206, "bytes 100000-150000/200000"));
    assert!(part.body == bytes[100_000..=150_000]);
    let end = get(&alice, &path, &[("range", "bytes=-5")]).await;
    assert_eq!((end.status, end.body.as_slice()), (206, &bytes[199_995..]));
    let beyond = get(&alice, &path, &[("range", "bytes=200000-")]).await;
    assert_eq!((beyond.status, beyond.header("content-range")), (416, "bytes */200000"));
    assert_eq!(beyond.code(), "M_INVALID_PARAM");
    let whole = get(&alice, &path, &[("range", "bytes=0-1,5-6")]).await;
    assert_eq!((whole.status, whole.header("accept-ranges")), (200, "bytes"));
    let etag = whole.header("etag");
    let again = get(&alice, &path, &[("if-none-match", etag)]).await;
    assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, etag));
    let changed = get(&alice, &path, &[("range", "bytes=0-1"), ("if-range", "\"other\"")]).await;
    assert_eq!((changed.status, changed.body.len()), (200, 200_000));
    let head = alice.raw(Method::HEAD, &format!("/_matrix/client/v1/media/{path}"), &[], "").await;
    assert_eq!((head.status, head.header("content-length"), head.body.len()), (200, "200000", 0));
}

#[tokio::test]
async fn without_a_token_only_if_the_operator_says_so() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let path = upload(&alice, "image/png", "", b"x").await;
    let stranger = server.stranger();
    assert_eq!(get(&stranger, &path, &[]).await.code(), "M_MISSING_TOKEN");
    let old = |user: &TestUser, version: &str| {
        let path = format!("/_matrix/media/{version}/{path}");
        let (user, path) = (user.token.clone(), path);
        let stranger = server.stranger();
        async move {
            let bearer = format!("Bearer {user}");
            let headers: &[(&str, &str)] = if user.is_empty() { &[] } else { &[("authorization", &bearer)] };
            stranger.raw(Method::GET, &path, headers, "").await
        }
    };
    assert_eq!(old(&alice, "v3").await.code(), "M_NOT_FOUND");

    let server = TestServer::start_with(|config| config.media.allow_unauthenticated = true).await;
    let alice = server.user("alice").await;
    let path = upload(&alice, "image/png", "", b"x").await;
    for version in ["v3", "r0"] {
        let path = format!("/_matrix/media/{version}/{path}?allow_redirect=true");
        let answer = server.stranger().raw(Method::GET, &path, &[], "").await;
        assert_eq!((answer.status, answer.body.as_slice()), (200, b"x".as_slice()));
        assert_eq!(answer.header("cache-control"), "public, max-age=31536000, immutable");
    }
    assert_eq!(get(&server.stranger(), &path, &[]).await.code(), "M_MISSING_TOKEN");
}

#[tokio::test]
async fn what_is_not_here_is_not_found() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    for path in ["download/localhost/unknown", "download/localhost/mxc:%2F%2Fa%2Fb"] {
        let answer = get(&alice, path, &[]).await;
        assert_eq!((answer.status, answer.code().as_str()), (404, "M_NOT_FOUND"), "{path}");
    }
    let elsewhere = get(&alice, "download/127.0.0.1:9/unknown", &[]).await;
    assert_eq!((elsewhere.status, elsewhere.code().as_str()), (502, "M_UNKNOWN"), "its server is gone");
    assert_eq!(get(&alice, "download/localhost/x?timeout_ms=-1", &[]).await.code(), "M_INVALID_PARAM");
}
