//! `GET /_matrix/client/v1/rooms/{roomId}/relations/{eventId}/{relType}`: what relates to an event,
//! of one relation type (spec "Relationships API").

use super::relations::Asked;
use crate::{ApiError, call::Call};
use ruma::api::client::relations::get_relating_events_with_rel_type::v1::{Request, Response};

/// # Errors
/// As for all relations of an event.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let rel_type = request.rel_type.to_string();

    let asked = Asked {
        room: &request.room_id,
        event: &request.event_id,
        rel_type: Some(&rel_type),
        event_type: None,
        from: request.from.as_deref(),
        to: request.to.as_deref(),
        dir: request.dir,
        limit: request.limit,
        recurse: request.recurse,
    };
    let page = asked.read(&app, &caller)?;
    let mut response = Response::new(page.chunk);
    response.prev_batch = page.prev_batch;
    response.next_batch = page.next_batch;
    response.recursion_depth = page.depth;
    Ok(response)
}
