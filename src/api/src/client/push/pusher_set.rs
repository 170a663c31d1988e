//! `POST /_matrix/client/v3/pushers/set`: says where the caller's notifications go, or no longer go (spec "Push
//! Notifications").
//!
//! Not through the typed machinery, as the spec wants to hear of what is missing by a code of its own.

use crate::{
    ApiError, App,
    call::{Caller, from_json, read_body},
    caller::not_guest,
    limits::Limited,
};
use axum::{
    Json, Router,
    extract::{Request, State},
    routing::post,
};
use push::{WrongSubscription, check_subscription, is_web_push};
use ruma::api::client::push::Pusher;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// What every pusher has.
const NEEDED: [&str; 4] = ["app_display_name", "device_display_name", "lang", "data"];

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/_matrix/client/v3/pushers/set", post(handle))
        .route("/_matrix/client/r0/pushers/set", post(handle))
}

/// What tells one pusher from another.
#[derive(Deserialize)]
struct Ids {
    app_id: String,
    pushkey: String,
}

#[derive(Deserialize)]
struct Options {
    #[serde(default)]
    append: bool,
}

/// # Errors
/// 400 for pushers that lack something (`M_MISSING_PARAM`), whose values make no sense, and for too many; 403 for guests.
async fn handle(
    State(app): State<App>,
    Caller(caller, origin): Caller,
    request: Request,
) -> Result<Json<Value>, ApiError> {
    app.limits.check(Limited::Requests, Some(&caller), &origin)?;
    let body: Map<String, Value> = from_json(&read_body(request.into_body()).await?)?;
    not_guest(&caller)?;
    has_all(&body, &["kind", "app_id", "pushkey"])?;
    let pushers = &app.users.pushers;
    if body["kind"].is_null() {
        let ids: Ids = shaped(body)?;
        pushers.remove(caller.user, &ids.app_id, &ids.pushkey).await?;
        return Ok(Json(json!({})));
    }
    has_all(&body, &NEEDED)?;
    check_kind(&app, &body)?;
    let options: Options = shaped(body.clone())?;
    let pusher: Pusher = shaped(body)?;
    pushers.set(caller.user, caller.device, &pusher, options.append).await?;
    Ok(Json(json!({})))
}

/// Web Push has a kind that the spec does not know yet (MSC4174).
fn check_kind(app: &App, body: &Map<String, Value>) -> Result<(), ApiError> {
    let Some(kind) = body["kind"].as_str().filter(|kind| !matches!(*kind, "http" | "email")) else {
        return Ok(());
    };
    if app.push.sender().is_none() || !is_web_push(kind) {
        return Err(ApiError::invalid_param("This server knows no pushers of this kind."));
    }
    let pushkey = body["pushkey"].as_str().unwrap_or_default();
    check_subscription(pushkey, &body["data"]).map_err(|wrong| match wrong {
        WrongSubscription::Missing(_) => ApiError::missing_param(wrong.to_string()),
        WrongSubscription::Invalid(_) => ApiError::invalid_param(wrong.to_string()),
    })
}

fn has_all(body: &Map<String, Value>, needed: &[&str]) -> Result<(), ApiError> {
    let missing: Vec<&str> = needed.iter().copied().filter(|key| !body.contains_key(*key)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    Err(ApiError::missing_param(format!("The pusher lacks {}.", missing.join(", "))))
}

fn shaped<T: for<'de> Deserialize<'de>>(body: Map<String, Value>) -> Result<T, ApiError> {
    serde_json::from_value(Value::Object(body))
        .map_err(|problem| ApiError::bad_json(format!("The body has the wrong shape: {problem}.")))
}
