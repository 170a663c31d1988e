//! `GET /_matrix/client/v3/user/{userId}/rooms/{roomId}/account_data/{type}`: what the caller's clients keep for a room
//! (spec "Client Config").

use super::{known_room, own};
use crate::{ApiError, call::Call};
use ruma::{
    api::client::config::get_room_account_data::v3::{Request, Response},
    serde::Raw,
};

/// # Errors
/// 403 for other people's; 404 when there is none.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    own(&caller, &request.user_id)?;
    let room = known_room(&app, &request.room_id)?;
    let kind = request.event_type.to_string();
    let data = app.users.account_data.get(caller.user, Some(room), &kind)?;
    let data = data.ok_or_else(|| ApiError::not_found(format!("The room has no account data {kind}.")))?;
    Ok(Response::new(Raw::from_json(data)))
}
