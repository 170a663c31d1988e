//! `GET /_matrix/federation/v1/state_ids/{roomId}`: the ids of the state of a room before an event, and of all that authorizes
//! it (spec "Retrieving events").

use super::{event_in, shared_room, state_of};
use crate::{ApiError, App, call::Call};
use rooms::EventNum;
use ruma::{
    OwnedEventId,
    api::federation::event::get_room_state_ids::v1::{Request, Response},
};

/// # Errors
/// 403 for servers that are not in the room; 404 for events that are not known.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let room = shared_room(&app, &caller, &request.room_id)?;
    let event = event_in(&app, &room, &request.event_id)?;
    let (state, chain) = state_of(&app, &room, event.meta.before)?;
    Ok(Response::new(ids(&app, &chain)?, ids(&app, &state)?))
}

fn ids(app: &App, events: &[EventNum]) -> Result<Vec<OwnedEventId>, ApiError> {
    Ok(app.rooms.events(events)?.iter().map(|event| event.event_id().to_owned()).collect())
}
