//! `GET /_matrix/client/v3/publicRooms`: a page of the directory (spec "Published room directory").

use crate::{ApiError, App, call::Call, client::common::limit};
use rooms::{DirectoryFilter, DirectoryPage};
use ruma::{
    ServerName, UInt,
    api::client::directory::get_public_rooms::v3::{Request, Response},
};

/// Rooms of a page at the most.
const MOST: usize = 500;

/// # Errors
/// 400 for tokens that are none; 404 for servers that can't be reached.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, request, .. } = call;
    let filter = DirectoryFilter::default();
    let page = page(&app, request.server.as_deref(), &filter, request.since.as_deref(), request.limit)?;
    let mut response = Response::new(page.chunk);
    response.total_room_count_estimate = UInt::try_from(page.total).ok();
    response.next_batch = page.next_batch;
    response.prev_batch = page.prev_batch;
    Ok(response)
}

/// A page of this server's directory.
pub(super) fn page(
    app: &App,
    server: Option<&ServerName>,
    filter: &DirectoryFilter,
    since: Option<&str>,
    wanted: Option<UInt>,
) -> Result<DirectoryPage, ApiError> {
    if let Some(server) = server.filter(|server| *server != app.rooms.server_name()) {
        return Err(ApiError::not_found(format!("The directory of {server} can't be read from here.")));
    }
    Ok(app.rooms.public_rooms(filter, since, wanted.map(|wanted| limit(Some(wanted), MOST, MOST)))?)
}
