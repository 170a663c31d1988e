//! `GET /_matrix/client/v3/rooms/{roomId}/aliases`: the aliases that people of this server gave a room (spec "Room
//! aliases").

use crate::{ApiError, call::Call};
use ruma::{
    api::client::room::aliases::v3::{Request, Response},
    events::room::history_visibility::HistoryVisibility,
};

/// # Errors
/// 403 for rooms that the caller is not in, unless everybody may read them.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let refused = || ApiError::forbidden("You are not in this room.");
    let room = app.rooms.room(&request.room_id)?.ok_or_else(refused)?;
    let open = app.rooms.history_visibility(room.num)? == HistoryVisibility::WorldReadable;
    if !open && !app.rooms.is_joined(room.num, caller.user)? {
        return Err(refused());
    }
    Ok(Response::new(app.rooms.aliases(room.num)?))
}
