//! `GET /_matrix/federation/v1/make_leave/{roomId}/{userId}`: the beginning of a leave (spec "Leaving Rooms (Rejecting Invites)").

use super::refused;
use crate::{ApiError, call::Call};
use rooms::Membership;
use ruma::api::federation::membership::prepare_leave_event::v1::{Request, Response};

/// # Errors
/// 404 for rooms that this server is not in; 403 for people who are not in the room, nor invited, nor knocking.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let who = (&*request.room_id, &*request.user_id);
    let begun = app.federation.begin(&caller, who, Membership::Leave, None).await.map_err(refused)?;
    Ok(Response::new(Some(begun.version), begun.event))
}
