//! `PUT /_matrix/client/v3/user/{userId}/rooms/{roomId}/account_data/{type}`: keeps something about a room for the
//! caller's clients (spec "Client Config").

use super::{known_room, own};
use crate::{ApiError, call::Call};
use ruma::api::client::config::set_room_account_data::v3::{Request, Response};

/// # Errors
/// 403 for other people's; 404 for rooms that this server has not heard of; 405 `M_BAD_JSON` for what the server manages;
/// 400 for what is no object; 413 for too much.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.not_guest()?;
    let Call { app, caller, request, .. } = call;
    own(&caller, &request.user_id)?;
    let room = known_room(&app, &request.room_id)?;
    let kind = request.event_type.to_string();
    app.users.account_data.set(caller.user, Some(room), &kind, request.data.json()).await?;
    Ok(Response::new())
}
