//! `PUT /_matrix/client/v3/rooms/{roomId}/delayed_event/{eventType}/{txnId}`: has an event sent later (MSC4140, "Scheduling a
//! delayed event").

use super::wanted;
use crate::{ApiError, App, call::Caller, caller::not_suspended, extract::InPath, limits::Limited};
use axum::{Json, Router, body::Body, extract::State, routing::put};
use delayed::NewDelayed;
use ruma::OwnedRoomId;
use serde::Deserialize;
use serde_json::{Value, json, value::RawValue};
use std::time::Duration;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/_matrix/client/v3/rooms/{room_id}/delayed_event/{event_type}/{txn_id}", put(handle))
        .route(
            "/_matrix/client/unstable/org.matrix.msc4140/rooms/{room_id}/delayed_event/{event_type}/{txn_id}",
            put(handle),
        )
}

/// `delay_ms`: how long to wait, in milliseconds. `state_key`: for state events. `content`: the event's.
#[derive(Deserialize)]
struct Wish {
    #[serde(alias = "delay")]
    delay_ms: u64,
    state_key: Option<String>,
    content: Box<RawValue>,
}

/// # Errors
/// 403 for a delay that is longer than the server allows; 429 when too many wait already; 400 for no delay and for what is
/// no event; 413 for too large ones.
async fn handle(
    State(app): State<App>,
    caller: Caller,
    InPath((room_id, kind, txn_id)): InPath<(OwnedRoomId, String, String)>,
    body: Body,
) -> Result<Json<Value>, ApiError> {
    let Wish { delay_ms, state_key, content } = wanted(body).await?;
    let delay = Duration::from_millis(delay_ms);
    let txn_id = Some(txn_id);
    schedule(&app, &caller, NewDelayed { txn_id, room_id, kind, state_key, content, delay }).await
}

/// Takes an event, however it was asked for.
pub(super) async fn schedule(app: &App, caller: &Caller, new: NewDelayed) -> Result<Json<Value>, ApiError> {
    caller.limit(app, Limited::Requests)?;
    not_suspended(&caller.0)?;
    if new.delay.is_zero() {
        return Err(ApiError::invalid_param("A delay has at least a millisecond."));
    }
    let id = app.delayed.schedule((caller.0.user, caller.0.device), new).await?;
    Ok(Json(json!({ "delay_id": id })))
}
