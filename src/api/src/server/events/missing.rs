//! `POST /_matrix/federation/v1/get_missing_events/{roomId}`: what lies between events that a server has and others that it
//! heard of (spec "Backfilling and retrieving missing events").

use super::{raw, shared_room};
use crate::{ApiError, call::Call};
use rooms::WalkBack;
use ruma::api::federation::event::get_missing_events::v1::{Request, Response};

/// The most events of an answer, and the most that either end may name.
const MOST: usize = 100;
const MOST_ENDS: usize = 200;

/// # Errors
/// 403 for servers that are not in the room; 400 for too many ends.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let room = shared_room(&app, &caller, &request.room_id)?;
    if request.latest_events.len().max(request.earliest_events.len()) > MOST_ENDS {
        return Err(ApiError::invalid_param(format!("Name at most {MOST_ENDS} events at each end.")));
    }
    let walk = WalkBack {
        from: &request.latest_events,
        with_from: false,
        until: &request.earliest_events,
        min_depth: request.min_depth.into(),
        limit: usize::try_from(u64::from(request.limit)).unwrap_or(MOST).min(MOST),
    };
    let mut sight = app.rooms.server_sight(&room, &caller);
    let mut events = Vec::new();
    for event in app.rooms.walk_back(&room, &walk)?.iter().rev() {
        events.push(raw(sight.json(event)?)?);
    }
    Ok(Response::new(events))
}
