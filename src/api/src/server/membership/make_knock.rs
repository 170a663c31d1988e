//! `GET /_matrix/federation/v1/make_knock/{roomId}/{userId}`: the beginning of a knock (spec "Knocking upon a room").

use super::refused;
use crate::{ApiError, call::Call};
use rooms::Membership;
use ruma::api::federation::membership::prepare_knock_event::v1::{Request, Response};

/// # Errors
/// 404 for rooms that this server is not in; 403 where the room does not allow it; 400 `M_INCOMPATIBLE_ROOM_VERSION`.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let who = (&*request.room_id, &*request.user_id);
    let begun = app.federation.begin(&caller, who, Membership::Knock, Some(&request.ver)).await;
    let begun = begun.map_err(refused)?;
    Ok(Response::new(begun.version, begun.event))
}
