//! `PUT /_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}?org.matrix.msc4140.delay={ms}`: has the state changed
//! later, as clients ask before a spec has MSC4140.

use super::{message::Delay, schedule::schedule, wanted};
use crate::{
    ApiError, App,
    call::Caller,
    extract::{InPath, InQuery},
};
use axum::{Json, body::Body, extract::State};
use delayed::NewDelayed;
use ruma::OwnedRoomId;
use serde_json::Value;

/// # Errors
/// As for [`super::schedule`].
pub(in crate::client) async fn handle(
    State(app): State<App>,
    caller: Caller,
    InPath((room_id, kind, state_key)): InPath<(OwnedRoomId, String, String)>,
    InQuery(delay): InQuery<Delay>,
    body: Body,
) -> Result<Json<Value>, ApiError> {
    let (state_key, content) = (Some(state_key), wanted(body).await?);
    let new = NewDelayed { txn_id: None, room_id, kind, state_key, content, delay: delay.time() };
    schedule(&app, &caller, new).await
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
