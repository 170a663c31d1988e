//! `DELETE /_matrix/client/v3/user/{userId}/rooms/{roomId}/tags/{tag}`: takes a tag off a room (spec "Room Tagging").

use super::{known_room, own};
use crate::{ApiError, call::Call};
use ruma::api::client::tag::delete_tag::v3::{Request, Response};

/// # Errors
/// 403 for other people's; 404 for rooms that this server has not heard of.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.not_guest()?;
    let Call { app, caller, request, .. } = call;
    own(&caller, &request.user_id)?;
    let room = known_room(&app, &request.room_id)?;
    app.users.account_data.remove_tag(caller.user, room, &request.tag).await?;
    Ok(Response::new())
}
