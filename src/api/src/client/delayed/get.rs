//! `GET /_matrix/client/v1/delayed_events/{delayId}`: a delayed event of the caller's, and what became of it (MSC4140, "Getting
//! a single delayed event").

use super::shown;
use crate::{ApiError, App, call::Caller, extract::InPath, limits::Limited};
use axum::{Json, Router, extract::State, routing::get};
use delayed::DelayedError;
use serde_json::Value;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/_matrix/client/v1/delayed_events/{delay_id}", get(handle))
        .route("/_matrix/client/unstable/org.matrix.msc4140/delayed_events/{delay_id}", get(handle))
}

/// # Errors
/// 404 for ids that are not the caller's, and for events that ended more than a week ago.
async fn handle(
    State(app): State<App>,
    caller: Caller,
    InPath(id): InPath<String>,
) -> Result<Json<Value>, ApiError> {
    caller.limit(&app, Limited::Requests)?;
    let event = app.delayed.get(&id)?.filter(|event| event.user() == caller.0.user);
    Ok(Json(shown(&id, event.ok_or(DelayedError::NotFound)?)?))
}
