//! Somebody who uses a server.

use crate::{Answer, Home, RawAnswer, segment};
use config::clock::{Clock as _, SystemClock};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// How long anything that is waited for may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// One device of somebody.
#[derive(Debug)]
pub struct TestUser {
    /// The user id; empty for strangers.
    pub id: String,
    /// The device id.
    pub device: String,
    /// The access token.
    pub token: String,
    http: Client,
    base: String,
    transactions: AtomicU64,
}

impl TestUser {
    pub(crate) fn of(home: &Home, account: &Value) -> Self {
        let text = |key: &str| account[key].as_str().unwrap_or_default().to_owned();
        Self {
            id: text("user_id"),
            device: text("device_id"),
            token: text("access_token"),
            http: home.http().clone(),
            base: home.base().to_owned(),
            transactions: AtomicU64::new(0),
        }
    }

    /// The same device after the server came back on another port.
    #[must_use]
    pub fn at(mut self, home: &Home) -> Self {
        self.move_to(home);
        self
    }

    /// The server came back on another port.
    pub fn move_to(&mut self, home: &Home) {
        home.base().clone_into(&mut self.base);
    }

    /// Any request. `path` begins with a slash and is encoded already.
    pub async fn request(&self, method: Method, path: &str, body: Option<Value>) -> Answer {
        let bytes = body.map(|body| body.to_string().into_bytes());
        self.request_bytes(method, path, "application/json", bytes).await
    }

    /// Any request with any body.
    pub async fn request_bytes(
        &self,
        method: Method,
        path: &str,
        content_type: &str,
        body: Option<Vec<u8>>,
    ) -> Answer {
        let request = format!("{method} {path}");
        let mut builder = self.http.request(method, format!("{}{path}", self.base)).timeout(PATIENCE * 2);
        if !self.token.is_empty() {
            builder = builder.bearer_auth(&self.token);
        }
        if let Some(body) = body {
            builder = builder.header("content-type", content_type).body(body);
        }
        let response = builder.send().await.unwrap_or_else(|error| panic!("{request}: {error}"));
        let status = response.status().as_u16();
        let bytes = response.bytes().await.unwrap_or_else(|error| panic!("{request}: {error}"));
        let body = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into_owned()));
        Answer { request, status, body }
    }

    /// Any request with more headers, answered as it comes.
    pub async fn raw(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<reqwest::Body>,
    ) -> RawAnswer {
        let request = format!("{method} {path}");
        let mut builder = self.http.request(method, format!("{}{path}", self.base)).timeout(PATIENCE * 2);
        if !self.token.is_empty() {
            builder = builder.bearer_auth(&self.token);
        }
        let builder = headers.iter().fold(builder, |builder, (name, value)| builder.header(*name, *value));
        let answer = builder.body(body).send().await.unwrap_or_else(|error| panic!("{request}: {error}"));
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = answer.bytes().await.unwrap_or_else(|error| panic!("{request}: {error}"));
        RawAnswer { status, headers, body: body.to_vec() }
    }

    /// Uploads a file and tells its address.
    pub async fn upload(&self, content_type: &str, file_name: &str, bytes: &[u8]) -> String {
        let path = format!("/_matrix/media/v3/upload?filename={}", segment(file_name));
        let answer = self.request_bytes(Method::POST, &path, content_type, Some(bytes.to_vec())).await;
        answer.text("content_uri")
    }

    /// `GET` of a file, with the path of its address (`download/…`, `thumbnail/…?…`).
    pub async fn media(&self, path: &str) -> RawAnswer {
        self.raw(Method::GET, &format!("/_matrix/client/v1/media/{path}"), &[], "").await
    }

    /// `GET` under `/_matrix/client`.
    pub async fn get(&self, path: &str) -> Answer {
        self.request(Method::GET, &format!("/_matrix/client{path}"), None).await
    }

    /// `POST` under `/_matrix/client`.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.request(Method::POST, &format!("/_matrix/client{path}"), Some(body)).await
    }

    /// `PUT` under `/_matrix/client`.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.request(Method::PUT, &format!("/_matrix/client{path}"), Some(body)).await
    }

    /// `DELETE` under `/_matrix/client`.
    pub async fn delete(&self, path: &str) -> Answer {
        self.request(Method::DELETE, &format!("/_matrix/client{path}"), None).await
    }

    /// A room that anybody may join.
    pub async fn room(&self) -> String {
        self.room_with(json!({"preset": "public_chat"})).await
    }

    /// A room with these options of `/createRoom`.
    pub async fn room_with(&self, options: Value) -> String {
        self.post("/v3/createRoom", options).await.text("room_id")
    }

    /// Joins.
    pub async fn join(&self, room: &str) {
        self.post(&format!("/v3/join/{}", segment(room)), json!({})).await.ok();
    }

    /// Leaves.
    pub async fn leave(&self, room: &str) {
        self.post(&format!("/v3/rooms/{}/leave", segment(room)), json!({})).await.ok();
    }

    /// Invites somebody.
    pub async fn invite(&self, room: &str, user: &TestUser) {
        self.post(&format!("/v3/rooms/{}/invite", segment(room)), json!({"user_id": user.id})).await.ok();
    }

    /// Sends an event and tells its id.
    pub async fn send(&self, room: &str, kind: &str, content: Value) -> String {
        let transaction = self.transactions.fetch_add(1, Ordering::Relaxed);
        let path = format!("/v3/rooms/{}/send/{kind}/{}-{transaction}", segment(room), self.device);
        self.put(&path, content).await.text("event_id")
    }

    /// Sends a text message and tells its id.
    pub async fn say(&self, room: &str, text: &str) -> String {
        self.send(room, "m.room.message", json!({"msgtype": "m.text", "body": text})).await
    }

    /// Waits until what is sent next has a later time than an event: of edits in one millisecond the id decides.
    pub async fn later_than(&self, room: &str, event: &str) {
        let event = self.get(&format!("/v3/rooms/{}/event/{}", segment(room), segment(event))).await.ok();
        let sent = event["origin_server_ts"].as_u64().expect("a time");
        while SystemClock.now_ms() <= sent {
            tokio::task::yield_now().await;
        }
    }

    /// Sets a state event and tells its id.
    pub async fn state(&self, room: &str, kind: &str, key: &str, content: Value) -> String {
        let path = format!("/v3/rooms/{}/state/{kind}/{}", segment(room), segment(key));
        self.put(&path, content).await.text("event_id")
    }

    /// One sync that does not wait: all since `since`, or everything.
    pub async fn sync(&self, since: Option<&str>) -> Value {
        self.sync_with(since, "").await
    }

    /// One sync that does not wait, with more of a query (`&filter=…`).
    pub async fn sync_with(&self, since: Option<&str>, query: &str) -> Value {
        let since = since.map(|since| format!("&since={}", segment(since))).unwrap_or_default();
        self.get(&format!("/v3/sync?timeout=0{since}{query}")).await.ok()
    }

    /// Where a sync would go on from now.
    pub async fn now(&self) -> String {
        next_batch(&self.sync(None).await)
    }

    /// Long polls from `since` until an answer satisfies `enough`, and returns that answer.
    pub async fn sync_until(&self, since: &str, enough: impl Fn(&Value) -> bool) -> Value {
        let mut since = since.to_owned();
        let mut seen = Vec::new();
        let waited = tokio::time::timeout(PATIENCE, async {
            loop {
                let path = format!("/v3/sync?timeout=5000&since={}", segment(&since));
                let answer = self.get(&path).await.ok();
                if enough(&answer) {
                    return answer;
                }
                since = next_batch(&answer);
                seen.push(answer);
            }
        })
        .await;
        waited.unwrap_or_else(|_| panic!("{} never got what it waits for: {seen:#?}", self.id))
    }
}

/// The token of a sync's end.
fn next_batch(answer: &Value) -> String {
    answer["next_batch"].as_str().expect("every sync has an end").to_owned()
}
