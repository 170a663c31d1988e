//! `GET /_matrix/client/v3/events`: waits for what happens in one room, for who is not in it (spec "Room previews").

use crate::{
    ApiError,
    call::Call,
    client::common::{parse_place, place, readable_room, shown_visible, view},
};
use rooms::{Direction, order_of, topics};
use ruma::api::client::peeking::listen_to_new_events::v3::{Request, Response};
use tokio::time::{Instant, timeout_at};

/// Events of one answer.
const MOST: usize = 100;

/// # Errors
/// 403 for rooms that the caller may not read; 400 for tokens that are none.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let room = readable_room(&app, &caller, &request.room_id)?;
    let timeout = request.timeout.unwrap_or_default().min(app.config.sync.max_wait.duration());
    let deadline = Instant::now() + timeout;
    let start = request.from.as_deref().map(parse_place).transpose()?;
    let start = start.unwrap_or(order_of(app.store.visible()));
    // Registered before the first look, so that nothing comes in between.
    let mut watch = app.store.watch([topics::room(room.num)]);
    let mut end = start;
    let mut stops = false;
    loop {
        let upto = order_of(app.store.visible());
        let page = app.rooms.timeline(room.num, Some(end), Direction::Forward, MOST)?;
        let new: Vec<_> = page.events.into_iter().filter(|(order, _)| *order <= upto).collect();
        end = new.last().map_or(end, |(order, _)| *order);
        let mut view = view(&app, &caller, &room);
        let chunk = shown_visible(&app, &mut view, new.into_iter().map(|(_, event)| event))?;
        if !chunk.is_empty() || stops || Instant::now() >= deadline {
            let mut response = Response::new();
            response.chunk = chunk;
            response.start = Some(place(start));
            response.end = Some(place(end));
            return Ok(response);
        }
        stops = timeout_at(deadline, watch.changed()).await == Ok(None);
    }
}
