//! `POST /_matrix/client/v3/publicRooms`: a page of the directory, searched (spec "Published room directory").

use super::public_rooms::page;
use crate::{ApiError, call::Call};
use rooms::DirectoryFilter;
use ruma::{
    UInt,
    api::client::directory::get_public_rooms_filtered::v3::{Request, Response},
    room::RoomType,
};

/// # Errors
/// 400 for tokens that are none; 404 for servers that can't be reached.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, request, .. } = call;
    let types = (!request.filter.room_types.is_empty()).then(|| {
        let kinds = request.filter.room_types.iter();
        kinds.map(|kind| kind.as_str().map(RoomType::from)).collect()
    });
    let filter = DirectoryFilter { search: request.filter.generic_search_term, room_types: types };
    let page = page(&app, request.server.as_deref(), &filter, request.since.as_deref(), request.limit)?;
    let mut response = Response::new();
    response.total_room_count_estimate = UInt::try_from(page.total).ok();
    response.chunk = page.chunk;
    response.next_batch = page.next_batch;
    response.prev_batch = page.prev_batch;
    Ok(response)
}
