//! `GET /.well-known/matrix/client`: where this server's clients find it (spec "Well-known URIs").

use crate::{ApiError, call::Call};
use ruma::api::client::discovery::discover_homeserver::{HomeserverInfo, Request, Response};

/// # Errors
/// None.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    Ok(Response::new(HomeserverInfo::new(call.app.config.server.base_url())))
}
