//! `GET /_matrix/client/v3/rooms/{roomId}/event/{eventId}`: one event (spec "Getting events for a room").

use crate::{
    ApiError,
    call::Call,
    client::common::{shown, view, visible_event},
};
use ruma::api::client::room::get_room_event::v3::{Request, Response};

/// # Errors
/// 404 for events that are not there, or not for the caller's eyes.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let none = || ApiError::not_found("There is no such event, or you may not see it.");
    let room = app.rooms.room(&request.room_id)?.ok_or_else(none)?;
    let mut view = view(&app, &caller, &room);
    let event = visible_event(&app, &mut view, &room, &request.event_id)?;
    Ok(Response::new(shown(&mut view, &event)?))
}
