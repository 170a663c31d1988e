//! `GET /_matrix/client/v3/profile/{userId}/{keyName}`: one thing that somebody says about themselves (spec "Profiles").

use crate::{ApiError, call::Call};
use ruma::{
    api::client::profile::get_profile_field::v3::{Request, Response},
    profile::ProfileFieldValue,
};

/// # Errors
/// 404 for people who do not exist, and for what they don't say; 502 if their server does not answer.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, request, .. } = call;
    let key = request.field.as_str();
    let value = if app.rooms.is_local(&request.user_id) {
        let profile = app.users.profiles.get(&request.user_id)?;
        profile.ok_or_else(|| ApiError::not_found("There is no such user."))?.get(key)
    } else {
        app.federation.profile(&request.user_id, Some(request.field.clone())).await?.get(key).cloned()
    };
    let value = value.ok_or_else(|| ApiError::not_found("The profile has no such field."))?;
    Ok(Response::new(ProfileFieldValue::new(key, value).map_err(ApiError::internal)?))
}
