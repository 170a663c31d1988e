//! `DELETE /_matrix/client/v3/profile/{userId}/{keyName}`: takes back what the caller said about themselves (spec
//! "Profiles").

use super::may_change;
use crate::{ApiError, call::Call};
use ruma::api::client::profile::delete_profile_field::v3::{Request, Response};

/// # Errors
/// 403 for other people's profiles; 400 for keys that make no sense.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    may_change(&call, &call.request.user_id, call.request.field.as_str())?;
    let Call { app, caller, request, .. } = call;
    app.users.profiles.remove(&caller.user_id, request.field.as_str()).await?;
    app.users.spread_profile(caller.user).await;
    Ok(Response::new())
}
