//! `PUT /_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}?org.matrix.msc4140.delay={ms}`: has the state changed
//! later, as clients ask before a spec has MSC4140.

use super::{
    message::{Delay, content},
    schedule::schedule,
};
use crate::{
    ApiError, App,
    call::Caller,
    extract::{InPath, InQuery},
};
use axum::{Json, body::Body, extract::State};
use delayed::NewDelayed;
use ruma::OwnedRoomId;
use serde_json::Value;
use std::time::Duration;

/// # Errors
/// As for [`super::schedule`].
pub(in crate::client) async fn handle(
    State(app): State<App>,
    caller: Caller,
    InPath((room_id, kind, state_key)): InPath<(OwnedRoomId, String, String)>,
    InQuery(delay): InQuery<Delay>,
    body: Body,
) -> Result<Json<Value>, ApiError> {
    let (user, device) = (caller.0.user, caller.0.device);
    let delay = Duration::from_millis(delay.ms);
    let content = content(body).await?;
    let state_key = Some(state_key);
    schedule(
        &app,
        &caller,
        NewDelayed { user, device, txn_id: None, room_id, kind, state_key, content, delay },
    )
    .await
}

/// The same for the empty state key.
///
/// # Errors
/// As for [`super::schedule`].
pub(in crate::client) async fn handle_without_key(
    app: State<App>,
    caller: Caller,
    InPath((room_id, kind)): InPath<(OwnedRoomId, String)>,
    delay: InQuery<Delay>,
    body: Body,
) -> Result<Json<Value>, ApiError> {
    handle(app, caller, InPath((room_id, kind, String::new())), delay, body).await
}
