//! `PUT /_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}?org.matrix.msc4140.delay={ms}`: has a message sent later,
//! as clients ask before a spec has MSC4140.

use super::{schedule::schedule, wanted};
use crate::{
    ApiError, App,
    call::Caller,
    extract::{InPath, InQuery},
};
use axum::{Json, body::Body, extract::State};
use delayed::NewDelayed;
use ruma::OwnedRoomId;
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

/// Milliseconds to wait.
#[derive(Deserialize)]
pub(in crate::client) struct Delay {
    #[serde(rename = "org.matrix.msc4140.delay")]
    ms: u64,
}

impl Delay {
    pub(super) fn time(&self) -> Duration {
        Duration::from_millis(self.ms)
    }
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
    let (txn_id, content) = (Some(txn_id), wanted(body).await?);
    let new = NewDelayed { txn_id, room_id, kind, state_key: None, content, delay: delay.time() };
    schedule(&app, &caller, new).await
}
