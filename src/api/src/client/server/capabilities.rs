//! `GET /_matrix/client/v3/capabilities`: what the caller may do here (spec "Capabilities negotiation").
//!
//! Not through the typed machinery: that leaves out what is as clients assume anyway, and some look for it.

use crate::{ApiError, App, call::Caller, limits::Limited};
use axum::{Json, Router, extract::State, routing::get};
use events::RoomVersion;
use serde_json::{Map, Value, json};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/_matrix/client/v3/capabilities", get(handle))
        .route("/_matrix/client/r0/capabilities", get(handle))
}

/// # Errors
/// None of its own.
async fn handle(State(app): State<App>, caller: Caller) -> Result<Json<Value>, ApiError> {
    app.limits.check(Limited::Requests, Some(&caller.0), &caller.1)?;
    let available: Map<String, Value> =
        RoomVersion::SUPPORTED.iter().map(|version| (version.to_string(), "stable".into())).collect();
    let delayed = &app.config.delayed_events;
    let max_delay = u64::try_from(delayed.max_delay.duration().as_millis()).unwrap_or(u64::MAX);
    let enabled = |enabled: bool| json!({ "enabled": enabled });
    let web_push = web_push(&app);
    Ok(Json(json!({ "capabilities": {
        "m.room_versions": { "default": app.config.rooms.default_version, "available": available },
        "m.change_password": enabled(true),
        "m.set_displayname": enabled(true),
        "m.set_avatar_url": enabled(true),
        "m.profile_fields": enabled(true),
        "m.3pid_changes": enabled(false),
        "m.get_login_token": enabled(false),
        "m.webpush": web_push,
        "org.matrix.msc4174.webpush": web_push,
        "m.delayed_events": { "max_delay_ms": max_delay, "max_scheduled": delayed.max_scheduled },
        "m.account_moderation": { "lock": caller.0.is_admin, "suspend": caller.0.is_admin },
    } })))
}

/// Whether there is Web Push, and the key that browsers subscribe to (MSC4174).
fn web_push(app: &App) -> Value {
    match app.push.sender() {
        Some(push) => json!({ "enabled": true, "vapid": push.vapid_key() }),
        None => json!({ "enabled": false }),
    }
}
