//! `GET /_matrix/client/v3/profile/{userId}/{keyName}`: one thing that somebody says about themselves (spec "Profiles").

use crate::{ApiError, call::Call};
use ruma::{
    api::client::profile::get_profile_field::v3::{Request, Response},
    profile::ProfileFieldValue,
};

/// # Errors
/// 404 for people who are not of this server, and for what they don't say.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, request, .. } = call;
    let profile = app.users.profiles.get(&request.user_id)?;
    let profile = profile.ok_or_else(|| ApiError::not_found("There is no such user."))?;
    let key = request.field.as_str();
    let value = profile.get(key).ok_or_else(|| ApiError::not_found("The profile has no such field."))?;
    Ok(Response::new(ProfileFieldValue::new(key, value).map_err(ApiError::internal)?))
}
