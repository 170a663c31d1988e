//! `POST /_matrix/client/v3/refresh`: a new access token for a refresh token (spec "Refreshing access tokens").

use crate::{ApiError, call::Call};
use ruma::api::client::session::refresh_token::v3::{Request, Response};
use std::time::Duration;

/// # Errors
/// 401 `M_UNKNOWN_TOKEN` for tokens that are not valid, or no longer.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, request, .. } = call;
    let issued = app.users.tokens.refresh(&request.refresh_token).await?;
    let mut response = Response::new(issued.access_token);
    response.refresh_token = issued.refresh_token;
    response.expires_in_ms = issued.expires_in_ms.map(Duration::from_millis);
    Ok(response)
}
