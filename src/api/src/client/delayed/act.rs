//! `POST /_matrix/client/v1/delayed_events/{delayId}/{action}`: cancels, restarts or sends a delayed event (MSC4140, "Managing
//! scheduled delayed events").
//!
//! Under the unstable path nobody needs to log in: who knows the id may do it. So a call server that sees its people drop out
//! can act for them, which is how clients use it.

use crate::{
    ApiError, App,
    call::{Caller, Origin},
    caller::identity,
    extract::InPath,
    limits::Limited,
};
use axum::{Json, Router, extract::State, routing::post};
use delayed::{Action, ActionError};
use http::request::Parts;
use rooms::UserNum;
use serde_json::{Value, json};

pub(super) fn router() -> Router<App> {
    Router::new().route("/_matrix/client/v1/delayed_events/{delay_id}/{action}", post(own)).route(
        "/_matrix/client/unstable/org.matrix.msc4140/delayed_events/{delay_id}/{action}",
        post(anybody),
    )
}

/// # Errors
/// 404 for ids that are not the caller's and for unknown actions; 409 for what ended in another way; what sending the event
/// would answer.
async fn own(
    State(app): State<App>,
    caller: Caller,
    InPath((id, action)): InPath<(String, String)>,
) -> Result<Json<Value>, ApiError> {
    caller.limit(&app, Limited::Requests)?;
    act(&app, &id, Some(caller.0.user), &action).await
}

/// # Errors
/// As for [`own`].
async fn anybody(
    State(app): State<App>,
    InPath((id, action)): InPath<(String, String)>,
    parts: Parts,
) -> Result<Json<Value>, ApiError> {
    let caller = identity(&app, &parts)?;
    app.limits.check(Limited::Requests, caller.as_deref(), &Origin::of(&parts))?;
    act(&app, &id, caller.map(|caller| caller.user), &action).await
}

async fn act(app: &App, id: &str, owner: Option<UserNum>, action: &str) -> Result<Json<Value>, ApiError> {
    let action = match action {
        "cancel" => Action::Cancel,
        "restart" => Action::Restart,
        "send" => Action::Send,
        _ => return Err(ApiError::unrecognized()),
    };
    match app.delayed.act(id, owner, action, app).await {
        Ok(()) => Ok(Json(json!({}))),
        Err(ActionError::Delayed(error)) => Err(error.into()),
        Err(ActionError::Refused(error)) => Err(error),
    }
}
