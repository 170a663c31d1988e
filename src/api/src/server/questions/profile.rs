//! `GET /_matrix/federation/v1/query/profile`: what somebody says about themselves (spec "Querying for information").

use crate::{ApiError, call::Call};
use ruma::api::federation::query::get_profile_information::v1::{Request, Response};

/// # Errors
/// 404 for people who are not of this server.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, request, .. } = call;
    let profile = app.users.profiles.get(&request.user_id)?;
    let profile = profile.ok_or_else(|| ApiError::not_found("There is no such user."))?;
    let is_wanted = |key: &str| request.field.as_ref().is_none_or(|field| field.as_str() == key);
    let fields = profile.fields().filter(|(key, _)| is_wanted(key));
    Ok(fields.map(|(key, value)| (key.to_owned(), value)).collect())
}
