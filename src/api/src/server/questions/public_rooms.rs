//! `GET /_matrix/federation/v1/publicRooms`: a page of this server's directory (spec "Published Room Directory").

use crate::{ApiError, call::Call, client::own_page};
use ruma::{
    UInt,
    api::federation::directory::get_public_rooms::v1::{Request, Response},
    directory::Filter,
};

/// # Errors
/// 400 for tokens that are none.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Request { since, limit, .. } = call.request;
    let page = own_page(&call.app, Filter::new(), since.as_deref(), limit)?;
    let mut response = Response::new();
    response.chunk = page.chunk;
    response.next_batch = page.next_batch;
    response.prev_batch = page.prev_batch;
    response.total_room_count_estimate = UInt::try_from(page.total).ok();
    Ok(response)
}
