//! `GET /_matrix/federation/v1/timestamp_to_event/{roomId}`: the event closest to a time (spec "Retrieving events").

use super::shared_room;
use crate::{ApiError, call::Call};
use rooms::Direction;
use ruma::api::{
    Direction as Wanted,
    federation::event::get_event_by_timestamp::v1::{Request, Response},
};

/// # Errors
/// 403 for servers that are not in the room; 404 when there is nothing in that direction.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let room = shared_room(&app, &caller, &request.room_id)?;
    let direction = match request.dir {
        Wanted::Backward => Direction::Backward,
        Wanted::Forward => Direction::Forward,
    };
    let mut sight = app.rooms.server_sight(&room, &caller);
    let event = app.rooms.event_near(&room, request.ts.get().into(), direction, |event| sight.sees(event))?;
    let event = event.ok_or_else(|| ApiError::not_found("There is no event in that direction."))?;
    Ok(Response::new(event.pdu.owned_event_id().clone(), event.pdu.origin_server_ts()))
}
