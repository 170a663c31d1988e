//! `GET /_matrix/client/v3/rooms/{roomId}/state`: the whole current state, or as it was when the caller left (spec
//! "Getting events for a room").

use crate::{
    ApiError,
    call::Call,
    client::common::{entered_room, own_state, shown, view},
};
use ruma::api::client::state::get_state_events::v3::{Request, Response};

/// # Errors
/// 403 for rooms that the caller has never been in.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let (room, _) = entered_room(&app, &caller, &request.room_id)?;
    let events = own_state(&app, &caller, &room)?;
    let events = events.ok_or_else(|| ApiError::forbidden("You are not in this room."))?;
    let mut view = view(&app, &caller, &room);
    let state = events.iter().map(|event| shown(&mut view, event)).collect::<Result<_, _>>()?;
    Ok(Response::new(state))
}
