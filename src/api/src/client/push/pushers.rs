//! `GET /_matrix/client/v3/pushers`: where the caller's notifications go (spec "Push Notifications").
//!
//! Not through the typed machinery, which does not know that Web Push pushers say whether they are active (MSC4174).

use crate::{ApiError, App, call::Caller, limits::Limited};
use axum::{Json, Router, extract::State, routing::get};
use push::is_web_push;
use serde_json::{Map, Value, json};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/_matrix/client/v3/pushers", get(handle))
        .route("/_matrix/client/r0/pushers", get(handle))
}

/// # Errors
/// None of its own.
async fn handle(State(app): State<App>, caller: Caller) -> Result<Json<Value>, ApiError> {
    caller.limit(&app, Limited::Requests)?;
    let pushers = app.users.pushers.of(caller.0.user)?;
    let pushers: Vec<_> = pushers.into_iter().map(|pusher| shown(pusher.json)).collect();
    Ok(Json(json!({ "pushers": pushers })))
}

fn shown(mut pusher: Map<String, Value>) -> Map<String, Value> {
    if pusher.get("kind").and_then(Value::as_str).is_some_and(is_web_push) {
        // Here it is so from the beginning.
        pusher.insert("activated".to_owned(), true.into());
    }
    pusher
}
