//! `PUT /_matrix/federation/v2/invite/{roomId}/{eventId}`: somebody of this server is invited (spec "Inviting to a room").

use super::refused;
use crate::{ApiError, call::Call};
use federation::{Invitation, SentEvent};
use ruma::api::federation::membership::create_invite::v2::{Request, Response};

/// # Errors
/// 400 `M_INCOMPATIBLE_ROOM_VERSION`, and for what is no invite; 403 for people that are not here.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let invitation = Invitation {
        sent: SentEvent { room: &request.room_id, id: &request.event_id, pdu: &request.event },
        version: &request.room_version,
        shown: &request.invite_room_state,
    };
    let signed = app.federation.take_invite(&caller, invitation).await.map_err(refused)?;
    Ok(Response::new(signed))
}
