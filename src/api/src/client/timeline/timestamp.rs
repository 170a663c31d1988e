//! `GET /_matrix/client/v1/rooms/{roomId}/timestamp_to_event`: the event closest to a time (spec "Jump to date", "Getting
//! events for a room").

use crate::{ApiError, App, call::Call, client::common::readable_room};
use rooms::{Direction, RoomRef};
use ruma::api::{
    Direction as Wanted,
    client::room::get_event_by_timestamp::v1::{Request, Response},
};

/// # Errors
/// 403 for rooms that the caller may not read; 404 when there is nothing in that direction.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let room = readable_room(&app, &caller, &request.room_id)?;
    let direction = match request.dir {
        Wanted::Backward => Direction::Backward,
        Wanted::Forward => Direction::Forward,
    };
    let time = request.ts.get().into();
    if is_in_a_gap(&app, &room, time)? {
        // What another server knows is here then.
        app.federation.event_near(&room, time, direction).await?;
    }
    let event = app.rooms.event_at(&room, caller.user, time, direction)?;
    let event = event.ok_or_else(|| ApiError::not_found("There is no event in that direction."))?;
    Ok(Response::new(event.pdu.owned_event_id().clone(), event.pdu.origin_server_ts()))
}

/// Whether the next event after that time follows one that is not here: there may be one that is closer.
fn is_in_a_gap(app: &App, room: &RoomRef, time: u64) -> Result<bool, ApiError> {
    let next = app.rooms.event_near(room, time, Direction::Forward, |_| Ok(true))?;
    Ok(next.is_some_and(|event| event.meta.prev.len() < event.pdu.prev_events().len()))
}
