//! `POST /_matrix/client/v3/pushers/set`: says where the caller's notifications go, or no longer go (spec "Push
//! Notifications").

use crate::{ApiError, call::Call};
use ruma::api::client::push::set_pusher::v3::{PusherAction, Request, Response};

/// # Errors
/// 400 for pushers that lack something, whose values make no sense, and for too many.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.not_guest()?;
    let Call { app, caller, request, .. } = call;
    let pushers = &app.users.pushers;
    match request.action {
        PusherAction::Post(post) => {
            pushers.set(caller.user, caller.device, &post.pusher, post.append).await?;
        }
        PusherAction::Delete(ids) => pushers.remove(caller.user, &ids.app_id, &ids.pushkey).await?,
        _ => return Err(ApiError::invalid_param("A pusher is set or removed.")),
    }
    Ok(Response::new())
}
