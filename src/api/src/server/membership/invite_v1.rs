//! `PUT /_matrix/federation/v1/invite/{roomId}/{eventId}`: somebody of this server is invited to a room of version 1 or 2 (spec
//! "Inviting to a room"). The body is the event.

use super::refused;
use crate::{ApiError, call::Call};
use federation::{Invitation, MembershipError, SentEvent};
use ruma::{
    RoomVersionId,
    api::federation::membership::create_invite::v1::{Request, Response},
};
use serde_json::value::RawValue;

/// # Errors
/// As in version 2 of the endpoint.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, body, .. } = call;
    let pdu: &RawValue = serde_json::from_slice(&body)
        .map_err(|error| refused(MembershipError::Wrong(format!("That is no event: {error}"))))?;
    let invitation = Invitation {
        sent: SentEvent { room: &request.room_id, id: &request.event_id, pdu },
        // Versions 1 and 2 have the same events; which it is shows when the room is joined.
        version: &RoomVersionId::V1,
        shown: &request.unsigned.invite_room_state,
    };
    let signed = app.federation.take_invite(&caller, invitation).await.map_err(refused)?;
    Ok(Response::new(signed))
}
