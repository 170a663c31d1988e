//! `PUT /_matrix/client/v3/presence/{userId}/status`: says how the caller is (spec "Presence").

use crate::{ApiError, call::Call};
use ruma::api::client::presence::set_presence::v3::{Request, Response};

/// # Errors
/// 403 for other people; 400 for states that there are not; 413 for a status that is too long.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.full_account()?;
    let Call { app, caller, request, .. } = call;
    if request.user_id != caller.user_id {
        return Err(ApiError::forbidden("You can't say how somebody else is."));
    }
    app.users.presence.set(&caller, &request.presence, request.status_msg.as_deref()).await?;
    Ok(Response::new())
}
