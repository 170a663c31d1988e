//! `POST /_matrix/federation/v1/publicRooms`: a page of this server's directory, searched (spec "Published Room Directory").

use crate::{ApiError, call::Call, client::own_page};
use ruma::{
    UInt,
    api::federation::directory::get_public_rooms_filtered::v1::{Request, Response},
};

/// # Errors
/// 400 for tokens that are none.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Request { since, limit, filter, .. } = call.request;
    let page = own_page(&call.app, filter, since.as_deref(), limit)?;
    let mut response = Response::new();
    response.chunk = page.chunk;
    response.next_batch = page.next_batch;
    response.prev_batch = page.prev_batch;
    response.total_room_count_estimate = UInt::try_from(page.total).ok();
    Ok(response)
}
