//! `POST /_matrix/client/v3/rooms/{roomId}/ban`: keeps someone out (spec "Room membership").

use crate::{ApiError, call::Call};
use ruma::api::client::membership::ban_user::v3::{Request, Response};

/// # Errors
/// 403 when the caller's power does not allow it, or there is nothing to change.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.full_account()?;
    let Call { app, caller, request, .. } = call;
    app.rooms.ban(&request.room_id, &caller.user_id, &request.user_id, request.reason).await?;
    Ok(Response::new())
}
