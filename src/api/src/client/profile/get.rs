//! `GET /_matrix/client/v3/profile/{userId}`: all that somebody says about themselves (spec "Profiles").

use crate::{ApiError, call::Call};
use ruma::api::client::profile::get_profile::v3::{Request, Response};

/// # Errors
/// 404 for people who do not exist, 502 if their server does not answer.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, request, .. } = call;
    if !app.rooms.is_local(&request.user_id) {
        return Ok(app.federation.profile(&request.user_id, None).await?.into_iter().collect());
    }
    let profile = app.users.profiles.get(&request.user_id)?;
    let profile = profile.ok_or_else(|| ApiError::not_found("There is no such user."))?;
    Ok(profile.fields().map(|(key, value)| (key.to_owned(), value)).collect())
}
