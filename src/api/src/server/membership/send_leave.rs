//! `PUT /_matrix/federation/v2/send_leave/{roomId}/{eventId}`: somebody of another server goes, or declines (spec "Leaving Rooms
//! (Rejecting Invites)").

use super::refused;
use crate::{ApiError, call::Call};
use federation::SentEvent;
use ruma::api::federation::membership::create_leave_event::v2::{Request, Response};

/// # Errors
/// 404 for rooms that this server is not in; 403 where the room does not allow it; 400 for what is no leave.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let sent = SentEvent { room: &request.room_id, id: &request.event_id, pdu: &request.pdu };
    app.federation.take_leave(&caller, sent).await.map_err(refused)?;
    Ok(Response::new())
}
