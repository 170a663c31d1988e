//! `GET /_matrix/client/v3/sync`: what is new (spec "Syncing").
//!
//! Not through the typed machinery: the answer is written as bytes, and this is what idle clients do all day.

use crate::{ApiError, App, call::Caller, error::json, extract::InQuery};
use ::sync::{StateAfter, SyncRequest, Token};
use axum::{Router, extract::State, response::Response, routing::get};
use http::StatusCode;
use ruma::presence::PresenceState;
use serde::Deserialize;
use std::time::Duration;

pub(super) fn router() -> Router<App> {
    Router::new().route("/_matrix/client/v3/sync", get(handle)).route("/_matrix/client/r0/sync", get(handle))
}

/// The request's address, as it comes.
#[derive(Deserialize)]
struct Parameters {
    since: Option<String>,
    filter: Option<String>,
    #[serde(default)]
    full_state: bool,
    set_presence: Option<String>,
    timeout: Option<u64>,
    #[serde(default)]
    use_state_after: bool,
    #[serde(default, rename = "org.matrix.msc4222.use_state_after")]
    use_state_after_unstable: bool,
}

/// # Errors
/// 400 `M_INVALID_PARAM` for tokens, filters and numbers that are none.
async fn handle(
    State(app): State<App>,
    Caller(caller, _): Caller,
    InQuery(parameters): InQuery<Parameters>,
) -> Result<Response, ApiError> {
    let since = parameters
        .since
        .as_deref()
        .filter(|since| !since.is_empty())
        .map(|text| Token::parse(text).ok_or_else(|| ApiError::no_token(text)))
        .transpose()?;
    let request = SyncRequest {
        since,
        filter: parameters.filter,
        full_state: parameters.full_state,
        set_presence: parameters.set_presence.map_or_else(PresenceState::default, PresenceState::from),
        timeout: Duration::from_millis(parameters.timeout.unwrap_or(0)),
        state_after: match (parameters.use_state_after, parameters.use_state_after_unstable) {
            (true, _) => StateAfter::Stable,
            (false, true) => StateAfter::Unstable,
            (false, false) => StateAfter::No,
        },
    };
    let body = app.sync.sync(&caller, &request).await?;
    Ok(json(StatusCode::OK, body))
}
