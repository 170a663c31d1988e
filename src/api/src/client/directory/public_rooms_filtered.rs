//! `POST /_matrix/client/v3/publicRooms`: a page of the directory, searched (spec "Published room directory").

use super::public_rooms::page;
use crate::{ApiError, call::Call};
use ruma::api::client::directory::get_public_rooms_filtered::v3::{Request, Response};

/// # Errors
/// 400 for tokens that are none; 502 for servers that don't answer.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, request, .. } = call;
    let Request { server, since, limit, filter, .. } = request;
    let page = page(&app, server.as_deref(), filter, since, limit).await?;
    let mut response = Response::new();
    response.total_room_count_estimate = page.total;
    response.chunk = page.chunk;
    response.next_batch = page.next_batch;
    response.prev_batch = page.prev_batch;
    Ok(response)
}
