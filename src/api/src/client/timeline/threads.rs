//! `GET /_matrix/client/v1/rooms/{roomId}/threads`: the threads of a room (spec "Querying threads in a room").

use crate::{
    ApiError,
    call::Call,
    client::common::{limit, parse_place, place, readable_room, shown_visible, view},
};
use rooms::ThreadFilter;
use ruma::api::client::threads::get_threads::v1::{IncludeThreads, Request, Response};

/// Threads of a page when the client doesn't say, and at the most.
const DEFAULT: usize = 50;
const MOST: usize = 200;

/// # Errors
/// 403 for rooms that the caller may not read; 400 for tokens that are none.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let room = readable_room(&app, &caller, &request.room_id)?;
    let filter = match request.include {
        IncludeThreads::Participated => ThreadFilter::Participated,
        _ => ThreadFilter::All,
    };
    let from = request.from.as_deref().map(parse_place).transpose()?;
    let page = app.rooms.threads(&room, caller.user, filter, from, limit(request.limit, DEFAULT, MOST))?;
    let mut view = view(&app, &caller, &room);
    let mut response = Response::new(shown_visible(&app, &mut view, page.roots)?);
    response.next_batch = page.next.map(place);
    Ok(response)
}
