//! `GET /_matrix/client/v3/user/{userId}/rooms/{roomId}/tags`: the caller's tags of a room (spec "Room Tagging").

use super::{known_room, own};
use crate::{ApiError, call::Call};
use ruma::{
    api::client::tag::get_tags::v3::{Request, Response},
    events::tag::Tags,
};
use serde_json::Value;

/// # Errors
/// 403 for other people's; 404 for rooms that this server has not heard of.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    own(&caller, &request.user_id)?;
    let room = known_room(&app, &request.room_id)?;
    let tags = app.users.account_data.tags(caller.user, room)?;
    // What clients wrote may be no proper tag; that hides none of the others.
    let tags: Tags = tags
        .into_iter()
        .filter_map(|(name, info)| Some((name.into(), serde_json::from_value(Value::Object(info)).ok()?)))
        .collect();
    Ok(Response::new(tags))
}
