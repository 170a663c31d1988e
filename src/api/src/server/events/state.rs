//! `GET /_matrix/federation/v1/state/{roomId}`: the state of a room before an event, with all that authorizes it (spec
//! "Retrieving events").

use super::{event_in, shared_room, state_of, whole};
use crate::{ApiError, call::Call};
use ruma::api::federation::event::get_room_state::v1::{Request, Response};

/// # Errors
/// 403 for servers that are not in the room; 404 for events that are not known.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let room = shared_room(&app, &caller, &request.room_id)?;
    let event = event_in(&app, &room, &request.event_id)?;
    let (state, chain) = state_of(&app, &room, event.meta.before)?;
    Ok(Response::new(whole(&app, &room, &chain)?, whole(&app, &room, &state)?))
}
