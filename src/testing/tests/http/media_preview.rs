//! Previews of linked pages (spec "Content repository").

use reqwest::Method;
use serde_json::{Value, json};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};
use testing::{Answer, TestServer, TestUser, segment};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// A web server with a few pages, which counts how often each is asked for.
struct Web {
    base: String,
    asked: Arc<Mutex<HashMap<String, usize>>>,
}

impl Web {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<HashMap<String, usize>>> = Arc::default();
        let counts = Arc::clone(&asked);
        tokio::spawn(async move {
            loop {
                let (mut stream, _) = listener.accept().await.unwrap();
                let counts = Arc::clone(&counts);
                tokio::spawn(async move {
                    let mut request = Vec::new();
                    while !request.ends_with(b"\r\n\r\n") {
                        request.push(stream.read_u8().await.unwrap());
                    }
                    let request = String::from_utf8(request).unwrap();
                    let path = request.split(' ').nth(1).unwrap().to_owned();
                    *counts.lock().unwrap().entry(path.clone()).or_default() += 1;
                    let (head, body) = page(&path);
                    let head = format!(
                        "HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
                        body.len()
                    );
                    // A client that has enough goes away in the middle.
                    drop(stream.write_all(head.as_bytes()).await);
                    drop(stream.write_all(&body).await);
                });
            }
        });
        Self { base, asked }
    }

    fn asked(&self, path: &str) -> usize {
        self.asked.lock().unwrap().get(path).copied().unwrap_or_default()
    }
}

fn page(path: &str) -> (&'static str, Vec<u8>) {
    const HTML: &str = "200 OK\r\nContent-Type: text/html; charset=utf-8";
    let rock = "<html><head><title>The Rock (1996)</title>
        <meta property='og:title' content='The Rock' /><meta property='og:type' content='video.movie' />
        <meta property='og:url' content='http://www.example.com/rock/' />
        <meta property='og:image' content='/test.png' /></head>";
    match path {
        "/rock" => (HTML, rock.into()),
        "/moved" => ("301 Moved\r\nLocation: /rock", Vec::new()),
        "/plain" => (HTML, "<title>Plain</title><p>Some text — more.</p>".into()),
        "/test.png" => ("200 OK\r\nContent-Type: image/png", picture()),
        "/file" => ("200 OK\r\nContent-Type: application/zip", vec![0; 100]),
        "/endless" => (HTML, format!("<title>Long</title>{}", "<b>".repeat(1_000_000)).into()),
        "/nasty" => (HTML, "<title>A</title><meta property='og:image' content='file:///etc/passwd'>".into()),
        _ => ("404 Not Found", Vec::new()),
    }
}

fn picture() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(279, 129).write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

async fn preview(user: &TestUser, url: &str) -> Answer {
    user.get(&format!("/v1/media/preview_url?url={}", segment(url))).await
}

#[tokio::test]
async fn a_page_is_shown_with_its_picture() {
    let (server, web) = (TestServer::start().await, Web::start().await);
    let alice = server.user("alice").await;
    let shown = preview(&alice, &format!("{}/rock#part", web.base)).await.ok();
    let image = shown["og:image"].as_str().unwrap().to_owned();
    let expected = json!({
        "og:title": "The Rock",
        "og:type": "video.movie",
        "og:url": "http://www.example.com/rock/",
        "og:image": image,
        "og:image:type": "image/png",
        "og:image:width": 279,
        "og:image:height": 129,
        "matrix:image:size": picture().len(),
    });
    assert_eq!(shown, expected);
    let file = alice.media(&image.replace("mxc://localhost/", "download/localhost/")).await;
    assert_eq!((file.header("content-type"), &file.body), ("image/png", &picture()));
    let old = format!("/_matrix/media/v3/preview_url?url={}", segment(&format!("{}/plain", web.base)));
    let old = alice.request(Method::GET, &old, None).await.ok();
    assert_eq!(old, json!({"og:title": "Plain", "og:description": "Some text — more."}));
    server.get("/_matrix/client/v1/media/preview_url?url=x").await.refused(401, "M_MISSING_TOKEN");
}

#[tokio::test]
async fn a_page_is_asked_once_however_many_want_it() {
    let (server, web) = (TestServer::start().await, Web::start().await);
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let url = format!("{}/moved", web.base);
    let asks = (0..10).map(|_| preview(&alice, &url));
    let answers: Vec<Value> =
        futures_util::future::join_all(asks).await.into_iter().map(Answer::ok).collect();
    assert!(answers.iter().all(|answer| answer == &answers[0] && answer["og:title"] == "The Rock"));
    let server = server.restart().await;
    assert_eq!(preview(&bob.at(&server), &url).await.ok(), answers[0]);
    assert_eq!((web.asked("/moved"), web.asked("/rock"), web.asked("/test.png")), (1, 1, 1));
    let alice = alice.at(&server);
    for _ in 0..2 {
        preview(&alice, &format!("{}/missing", web.base)).await.refused(502, "M_UNKNOWN");
    }
    assert_eq!(web.asked("/missing"), 1);
}

#[tokio::test]
async fn what_is_no_page_has_no_preview() {
    let (server, web) = (TestServer::start().await, Web::start().await);
    let alice = server.user("alice").await;
    for url in ["", "x", "ftp://example.org/", "javascript:alert(1)", "http://", "http://a:b@example.org/"] {
        preview(&alice, url).await.refused(400, "M_INVALID_PARAM");
    }
    preview(&alice, &format!("{}/file", web.base)).await.refused(502, "M_UNKNOWN");
    assert_eq!(preview(&alice, &format!("{}/endless", web.base)).await.ok(), json!({"og:title": "Long"}));
    assert_eq!(preview(&alice, &format!("{}/nasty", web.base)).await.ok(), json!({"og:title": "A"}));
    let picture = preview(&alice, &format!("{}/test.png", web.base)).await.ok();
    assert_eq!(picture["og:image:width"], 279);
}

#[tokio::test]
async fn private_addresses_are_not_reached() {
    let web = Web::start().await;
    let server = TestServer::start_with(|config| config.server.allow_private_addresses = false).await;
    let alice = server.user("alice").await;
    let port = web.base.rsplit(':').next().unwrap();
    for host in ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "2130706433"] {
        preview(&alice, &format!("http://{host}:{port}/rock")).await.refused(502, "M_UNKNOWN");
    }
    assert_eq!(web.asked("/rock"), 0);
}

#[tokio::test]
async fn hosts_and_previews_at_all_are_the_operator_s_choice() {
    let web = Web::start().await;
    let server =
        TestServer::start_with(|config| config.url_previews.denied_hosts = vec!["127.0.0.1".into()]).await;
    let alice = server.user("alice").await;
    preview(&alice, &format!("{}/rock", web.base)).await.refused(403, "M_FORBIDDEN");
    assert_eq!(preview(&alice, &web.base.replace("127.0.0.1", "localhost")).await.status, 502);
    let server = TestServer::start_with(|config| config.url_previews.enabled = false).await;
    let alice = server.user("alice").await;
    preview(&alice, &format!("{}/rock", web.base)).await.refused(404, "M_NOT_FOUND");
    assert_eq!(web.asked("/rock"), 0);
}
