//! `PUT /_matrix/federation/v1/send_knock/{roomId}/{eventId}`: somebody of another server asks to be let in (spec "Knocking upon a
//! room").

use super::refused;
use crate::{ApiError, call::Call};
use federation::SentEvent;
use ruma::api::federation::membership::{
    RawStrippedState,
    create_knock_event::v1::{Request, Response},
};

/// # Errors
/// 404 for rooms that this server is not in; 403 where the room does not allow it; 400 for what is no knock.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let sent = SentEvent { room: &request.room_id, id: &request.event_id, pdu: &request.pdu };
    let shown = app.federation.take_knock(&caller, sent).await.map_err(refused)?;
    Ok(Response::new(shown.into_iter().map(RawStrippedState::Pdu).collect()))
}
