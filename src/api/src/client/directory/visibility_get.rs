//! `GET /_matrix/client/v3/directory/list/room/{roomId}`: whether a room is in the directory (spec "Published room
//! directory").

use crate::{ApiError, call::Call};
use ruma::api::client::{
    directory::get_room_visibility::v3::{Request, Response},
    room::Visibility,
};

/// # Errors
/// 404 for rooms that nobody here knows.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, request, .. } = call;
    let room = app.rooms.require(&request.room_id)?;
    let public = app.rooms.is_public(room.num);
    Ok(Response::new(if public { Visibility::Public } else { Visibility::Private }))
}
