//! `GET /_matrix/federation/v1/make_join/{roomId}/{userId}`: the beginning of a join (spec "Joining Rooms").

use super::refused;
use crate::{ApiError, call::Call};
use rooms::Membership;
use ruma::api::federation::membership::prepare_join_event::v1::{Request, Response};

/// # Errors
/// 404 for rooms that this server is not in; 403 where the room does not allow it; 400 `M_INCOMPATIBLE_ROOM_VERSION`,
/// `M_UNABLE_TO_AUTHORISE_JOIN`, `M_UNABLE_TO_GRANT_JOIN`.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let who = (&*request.room_id, &*request.user_id);
    let begun = app.federation.begin(&caller, who, Membership::Join, Some(&request.ver)).await;
    let begun = begun.map_err(refused)?;
    let mut response = Response::new(begun.event);
    response.room_version = Some(begun.version);
    Ok(response)
}
