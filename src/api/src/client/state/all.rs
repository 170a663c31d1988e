//! `GET /_matrix/client/v3/rooms/{roomId}/state`: the whole current state, or as it was when the caller left (spec
//! "Getting events for a room").

use crate::{
    ApiError,
    call::Call,
    client::common::{entered_room, shown, view},
};
use rooms::Membership;
use ruma::api::client::state::get_state_events::v3::{Request, Response};

/// # Errors
/// 403 for rooms that the caller has never been in.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let (room, _) = entered_room(&app, &caller, &request.room_id)?;
    let info = app.rooms.membership(room.num, caller.user)?;
    let events = match info.map(|info| (info.state, info.position)) {
        Some((Membership::Join, _)) => app.rooms.full_state(room.num)?,
        Some((Membership::Leave | Membership::Ban, position)) => {
            let root = app.rooms.state_root_at(room.num, position)?;
            let nums: Vec<_> =
                app.rooms.state_entries(room.num, root)?.into_iter().map(|(_, num)| num).collect();
            app.rooms.events(&nums)?
        }
        _ => return Err(ApiError::forbidden("You are not in this room.")),
    };
    let mut view = view(&app, &caller, &room);
    let state = events.iter().map(|event| shown(&mut view, event)).collect::<Result<_, _>>()?;
    Ok(Response::new(state))
}
