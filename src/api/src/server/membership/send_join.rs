//! `PUT /_matrix/federation/v2/send_join/{roomId}/{eventId}`: somebody of another server comes in (spec "Joining Rooms").

use super::refused;
use crate::{ApiError, call::Call};
use federation::SentEvent;
use ruma::api::federation::membership::create_join_event::v2::{Request, Response, RoomState};

/// # Errors
/// 404 for rooms that this server is not in; 403 where the room does not allow it; 400 for what is no join of the room.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let sent = SentEvent { room: &request.room_id, id: &request.event_id, pdu: &request.pdu };
    let told = app.federation.let_in(&caller, sent, request.omit_members).await.map_err(refused)?;
    let mut state = RoomState::new();
    state.state = told.state;
    state.auth_chain = told.auth_chain;
    state.event = Some(told.event);
    state.servers_in_room = Some(told.servers.into_iter().map(String::from).collect());
    Ok(Response::new(state))
}
