//! The floor's answers.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post, put};
use bytes::Bytes;
use serde_json::{Value, json};

use super::log::Log;
use crate::clock::unix_millis;

#[derive(Clone)]
struct Floor {
    log: Log,
    counter: Arc<AtomicU64>,
}

impl Floor {
    fn number(&self) -> u64 {
        self.counter.fetch_add(1, Ordering::Relaxed)
    }
}

/// All requests that the scenarios send.
pub(super) fn router(log: Log) -> Router {
    let room = "/_matrix/client/v3/rooms/{room}";
    Router::new()
        .route(
            "/_matrix/client/versions",
            get(async || json_bytes(Bytes::from_static(b"{\"versions\":[\"v1.19\"]}"))),
        )
        .route("/_matrix/client/v3/register", post(register))
        .route("/_matrix/client/v3/createRoom", post(create_room))
        .route("/_matrix/client/v3/sync", get(sync))
        .route(&format!("{room}/join"), post(join))
        .route(&format!("{room}/send/{{kind}}/{{txn}}"), put(send))
        .route(&format!("{room}/members"), get(members))
        .route(&format!("{room}/joined_members"), get(members))
        .route(&format!("{room}/state"), get(members))
        .route(&format!("{room}/messages"), get(messages))
        .with_state(Floor { log, counter: Arc::default() })
}

async fn register(body: Bytes) -> Response {
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let name = body["username"].as_str().unwrap_or("nobody");
    respond(&json!({"user_id": format!("@{name}:floor"), "access_token": name, "device_id": "FLOOR"}))
}

async fn create_room(State(floor): State<Floor>, headers: HeaderMap) -> Response {
    let room = format!("!{}:floor", floor.number());
    append(&floor, &room, "m.room.member", &headers, json!({"membership": "join"})).await;
    respond(&json!({"room_id": room}))
}

async fn join(State(floor): State<Floor>, Path(room): Path<String>, headers: HeaderMap) -> Response {
    match append(&floor, &room, "m.room.member", &headers, json!({"membership": "join"})).await {
        Some(_) => respond(&json!({"room_id": room})),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn send(
    State(floor): State<Floor>,
    Path((room, kind, _txn)): Path<(String, String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let content: Value = serde_json::from_slice(&body).unwrap_or_default();
    match append(&floor, &room, &kind, &headers, content).await {
        Some(id) => respond(&json!({"event_id": id})),
        None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Makes the event and waits until it is on the disk. Returns its id.
async fn append(
    floor: &Floor,
    room: &str,
    kind: &str,
    headers: &HeaderMap,
    content: Value,
) -> Option<String> {
    let authorization = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let name = authorization.and_then(|value| value.strip_prefix("Bearer ")).unwrap_or("nobody");
    let id = format!("$floor{}", floor.number());
    let event = json!({
        "content": content,
        "event_id": id,
        "origin_server_ts": unix_millis(),
        "room_id": room,
        "sender": format!("@{name}:floor"),
        "type": kind,
    });
    let member = kind == "m.room.member";
    floor.log.append(room, event.to_string().into(), member).await.then_some(id)
}

async fn sync(State(floor): State<Floor>, Query(query): Query<HashMap<String, String>>) -> Response {
    let number = |name: &str| query.get(name).and_then(|value| value.parse::<u64>().ok());
    let Some(since) = number("since").and_then(|since| usize::try_from(since).ok()) else {
        return json_bytes(floor.log.initial(30));
    };
    let timeout = Duration::from_millis(number("timeout").unwrap_or(0).min(60_000));
    let mut visible = floor.log.visible();
    if *visible.borrow_and_update() <= since && !timeout.is_zero() {
        // Whether something came or the time is over, the answer says what there is.
        let _ = tokio::time::timeout(timeout, visible.wait_for(|visible| *visible > since)).await;
    }
    json_bytes(floor.log.since(since))
}

async fn members(State(floor): State<Floor>, Path(room): Path<String>) -> Response {
    json_bytes(floor.log.room(&room, true, usize::MAX))
}

async fn messages(State(floor): State<Floor>, Path(room): Path<String>) -> Response {
    json_bytes(floor.log.room(&room, false, 100))
}

fn respond(value: &Value) -> Response {
    json_bytes(value.to_string().into())
}

fn json_bytes(bytes: Bytes) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], bytes).into_response()
}
