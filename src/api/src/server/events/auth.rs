//! `GET /_matrix/federation/v1/event_auth/{roomId}/{eventId}`: all that authorizes an event (spec "Retrieving event
//! authorization information").

use super::{shared_room, whole};
use crate::{ApiError, call::Call};
use ruma::api::federation::authorization::get_event_authorization::v1::{Request, Response};

/// # Errors
/// 403 for servers that are not in the room; 404 for events that are not known.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let room = shared_room(&app, &caller, &request.room_id)?;
    let event = app.rooms.event_by_id(&request.event_id)?.filter(|event| event.meta.room == room.num);
    let event = event.ok_or_else(|| ApiError::not_found("This server does not know the event."))?;
    let chain = app.rooms.auth_chain(&room, &[event.num])?;
    Ok(Response::new(whole(&app, &room, &chain)?))
}
