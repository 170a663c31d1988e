//! `PUT /_matrix/client/v3/rooms/{roomId}/delayed_event/{eventType}/{txnId}`: has an event sent later (MSC4140, "Scheduling a
//! delayed event").

use super::scheduled;
use crate::{ApiError, App, call::Caller, call::read_body, extract::InPath, limits::Limited};
use axum::{Json, Router, body::Body, extract::State, routing::put};
use delayed::NewDelayed;
use ruma::OwnedRoomId;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
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
    let body = read_body(body).await?;
    let wish: Wish = serde_json::from_slice(&body)
        .map_err(|problem| ApiError::bad_json(format!("The body has the wrong shape: {problem}.")))?;
    let delay = Duration::from_millis(wish.delay_ms);
    let (state_key, content) = (wish.state_key, wish.content);
    let (user, device) = (caller.0.user, caller.0.device);
    let txn_id = Some(txn_id);
    schedule(&app, &caller, NewDelayed { user, device, txn_id, room_id, kind, state_key, content, delay })
        .await
}

/// Takes an event, however it was asked for.
pub(super) async fn schedule(app: &App, caller: &Caller, new: NewDelayed) -> Result<Json<Value>, ApiError> {
    caller.limit(app, Limited::Requests)?;
    crate::caller::not_suspended(&caller.0)?;
    if new.delay.is_zero() {
        return Err(ApiError::invalid_param("A delay has at least a millisecond."));
    }
    Ok(Json(scheduled(&app.delayed.schedule(new).await?)))
}
