//! `PUT /_matrix/client/v3/rooms/{roomId}/typing/{userId}`: the caller types, or stops (spec "Typing notifications").

use crate::{ApiError, call::Call, client::common::joined_room};
use ruma::api::client::typing::create_typing_event::v3::{Request, Response, Typing};

/// # Errors
/// 403 for other people, and for rooms that the caller is not in.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    if request.user_id != caller.user_id {
        return Err(ApiError::forbidden("You can't type for somebody else."));
    }
    let room = joined_room(&app, &caller, &request.room_id)?;
    let time = match request.state {
        Typing::Yes(info) => Some(info.timeout),
        Typing::No => None,
    };
    app.rooms.set_typing(room.num, caller.user, time).await?;
    app.users.presence.active(&caller)?;
    Ok(Response::new())
}
