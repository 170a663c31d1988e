//! `GET /_matrix/federation/v1/event/{eventId}`: one event (spec "Retrieving events").

use super::{check_room, raw};
use crate::{ApiError, call::Call};
use ruma::{
    MilliSecondsSinceUnixEpoch, UInt,
    api::federation::event::get_event::v1::{Request, Response},
};

/// # Errors
/// 403 for servers that are not in the event's room; 404 for events that are not known.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let none = || ApiError::not_found("This server does not know the event.");
    let event = app.rooms.event_by_id(&request.event_id)?.ok_or_else(none)?;
    let room = app.rooms.room_by_num(event.meta.room)?.ok_or_else(none)?;
    check_room(&app, &caller, &room)?;
    // The state around events beside the graph is not known; they authorize others, which all servers must be able to check.
    let json = if event.meta.flags.outlier {
        app.rooms.federated(&room, &event, false)?
    } else {
        app.rooms.server_sight(&room, &caller).json(&event)?
    };
    let now = MilliSecondsSinceUnixEpoch(UInt::new_saturating(app.clock.now_ms()));
    Ok(Response::new(app.rooms.server_name().to_owned(), now, raw(json)?))
}
