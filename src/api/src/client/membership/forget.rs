//! `POST /_matrix/client/v3/rooms/{roomId}/forget`: takes a room that was left out of the caller's list and history
//! (spec "Room membership").

use crate::{ApiError, call::Call};
use ruma::api::client::membership::forget_room::v3::{Request, Response};

/// # Errors
/// 400 `M_UNKNOWN` while the caller is still in the room.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    app.rooms.forget(&request.room_id, &caller.user_id).await?;
    Ok(Response::new())
}
