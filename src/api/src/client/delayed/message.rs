//! `PUT /_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}?org.matrix.msc4140.delay={ms}`: has a message sent later,
//! as clients ask before a spec has MSC4140.

use super::schedule::schedule;
use crate::{
    ApiError, App,
    call::{Caller, read_body},
    extract::{InPath, InQuery},
};
use axum::{Json, body::Body, extract::State};
use delayed::NewDelayed;
use ruma::OwnedRoomId;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use std::time::Duration;

/// Milliseconds to wait.
#[derive(Deserialize)]
pub(in crate::client) struct Delay {
    #[serde(rename = "org.matrix.msc4140.delay")]
    pub(super) ms: u64,
}

/// # Errors
/// As for [`super::schedule`].
pub(in crate::client) async fn handle(
    State(app): State<App>,
    caller: Caller,
    InPath((room_id, kind, txn_id)): InPath<(OwnedRoomId, String, String)>,
    InQuery(delay): InQuery<Delay>,
    body: Body,
) -> Result<Json<Value>, ApiError> {
    let (user, device) = (caller.0.user, caller.0.device);
    let delay = Duration::from_millis(delay.ms);
    let content = content(body).await?;
    let txn_id = Some(txn_id);
    let new = NewDelayed { user, device, txn_id, room_id, kind, state_key: None, content, delay };
    schedule(&app, &caller, new).await
}

/// The body is the content.
pub(super) async fn content(body: Body) -> Result<Box<RawValue>, ApiError> {
    let body = read_body(body).await?;
    serde_json::from_slice(&body)
        .map_err(|problem| ApiError::bad_json(format!("The body has the wrong shape: {problem}.")))
}
