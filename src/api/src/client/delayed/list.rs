//! `GET /_matrix/client/v1/delayed_events`: what the caller has waiting, the next first (MSC4140, "Getting a list of delayed
//! events").

use super::shown;
use crate::{ApiError, App, call::Caller, limits::Limited};
use axum::{Json, Router, extract::State, routing::get};
use serde_json::{Value, json};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/_matrix/client/v1/delayed_events", get(handle))
        .route("/_matrix/client/unstable/org.matrix.msc4140/delayed_events", get(handle))
}

/// # Errors
/// None of its own.
async fn handle(State(app): State<App>, caller: Caller) -> Result<Json<Value>, ApiError> {
    caller.limit(&app, Limited::Requests)?;
    let waiting = app.delayed.waiting(caller.0.user)?;
    let shown: Vec<Value> =
        waiting.into_iter().map(|(id, event)| shown(&id, event)).collect::<Result<_, _>>()?;
    Ok(Json(json!({ "delayed_events": shown })))
}
