//! `POST /_matrix/client/v3/rooms/{roomId}/unban`: lets someone in again (spec "Room membership").

use crate::{ApiError, call::Call};
use ruma::api::client::membership::unban_user::v3::{Request, Response};

/// # Errors
/// 403 when the caller's power does not allow it, or there is nothing to change.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.full_account()?;
    let Call { app, caller, request, .. } = call;
    app.rooms.unban(&request.room_id, &caller.user_id, &request.user_id, request.reason).await?;
    Ok(Response::new())
}
