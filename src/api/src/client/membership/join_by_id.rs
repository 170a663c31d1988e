//! `POST /_matrix/client/v3/rooms/{roomId}/join`: comes in, by room id (spec "Joining rooms").

use super::join::enter;
use crate::{ApiError, call::Call, limits::Limited};
use ruma::api::client::membership::join_room_by_id::v3::{Request, Response};

/// # Errors
/// As for joining by id or alias.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.not_suspended()?;
    call.limit(Limited::Joins)?;
    let Call { app, caller, request, body, .. } = call;
    enter(&app, &caller, (request.room_id, Vec::new()), &body).await.map(Response::new)
}
