//! `GET /_matrix/federation/v1/backfill/{roomId}`: events and what came before them (spec "Backfilling and retrieving missing
//! events").

use super::{raw, shared_room};
use crate::{ApiError, call::Call};
use rooms::WalkBack;
use ruma::{
    MilliSecondsSinceUnixEpoch, UInt,
    api::federation::backfill::get_backfill::v1::{Request, Response},
};

/// The most events of an answer, and the most that one may begin at.
const MOST: usize = 100;
const MOST_BEGINNINGS: usize = 50;

/// # Errors
/// 403 for servers that are not in the room; 400 for too many events to begin at.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let room = shared_room(&app, &caller, &request.room_id)?;
    if request.v.len() > MOST_BEGINNINGS {
        return Err(ApiError::invalid_param(format!("Ask for at most {MOST_BEGINNINGS} events at a time.")));
    }
    let limit = usize::try_from(u64::from(request.limit)).unwrap_or(MOST).min(MOST);
    let walk = WalkBack { from: &request.v, with_from: true, until: &[], min_depth: 0, limit };
    let mut sight = app.rooms.server_sight(&room, &caller);
    let mut pdus = Vec::new();
    for event in app.rooms.walk_back(&room, &walk)? {
        pdus.push(raw(sight.json(&event)?)?);
    }
    let now = MilliSecondsSinceUnixEpoch(UInt::new_saturating(app.clock.now_ms()));
    Ok(Response::new(app.rooms.server_name().to_owned(), now, pdus))
}
