//! `GET /_matrix/client/v3/presence/{userId}/status`: how somebody is (spec "Presence").

use crate::{ApiError, call::Call};
use ruma::api::client::presence::get_presence::v3::{Request, Response};
use std::time::Duration;

/// # Errors
/// 404 for people whom nobody here knows; 403 for those the caller shares no room with.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let user = app.rooms.ids().find_user(&request.user_id)?;
    let user = user.ok_or_else(|| ApiError::not_found("There is no such user."))?;
    if user != caller.user && !app.rooms.share_room(caller.user, user)? {
        return Err(ApiError::forbidden("You share no room with this user."));
    }
    let shown = app.users.presence.get(user)?;
    let mut response = Response::new(shown.state);
    response.status_msg = shown.status_msg;
    response.currently_active = Some(shown.currently_active);
    response.last_active_ago = shown.last_active_ago_ms.map(Duration::from_millis);
    Ok(response)
}
