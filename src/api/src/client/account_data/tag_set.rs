//! `PUT /_matrix/client/v3/user/{userId}/rooms/{roomId}/tags/{tag}`: tags a room (spec "Room Tagging").

use super::{known_room, own};
use crate::{ApiError, call::Call};
use ruma::api::client::tag::create_tag::v3::{Request, Response};

/// # Errors
/// 403 for other people's; 404 for rooms that this server has not heard of; 400 for names that are too long and for too
/// many tags.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.not_guest()?;
    let Call { app, caller, request, body, .. } = call;
    own(&caller, &request.user_id)?;
    let room = known_room(&app, &request.room_id)?;
    // As it was sent: there may be more in it than the spec knows.
    let info = serde_json::from_slice(&body).map_err(|_| ApiError::bad_json("A tag is a JSON object."))?;
    app.users.account_data.set_tag(caller.user, room, &request.tag, info).await?;
    Ok(Response::new())
}
