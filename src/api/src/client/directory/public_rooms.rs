//! `GET /_matrix/client/v3/publicRooms`: a page of the directory (spec "Published room directory").

use crate::{ApiError, App, call::Call, client::common::limit};
use rooms::{DirectoryFilter, DirectoryPage};
use ruma::{
    ServerName, UInt,
    api::client::directory::get_public_rooms::v3::{Request, Response},
    directory::Filter,
    room::RoomType,
};

/// Rooms of a page at the most.
const MOST: usize = 500;

/// # Errors
/// 400 for tokens that are none; 502 for servers that don't answer.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, request, .. } = call;
    let Request { server, since, limit, .. } = request;
    let page = page(&app, server.as_deref(), Filter::new(), since, limit).await?;
    let mut response = Response::new(page.chunk);
    response.total_room_count_estimate = page.total;
    response.next_batch = page.next_batch;
    response.prev_batch = page.prev_batch;
    Ok(response)
}

/// A page of a server's directory.
pub(super) struct Page {
    pub(super) chunk: Vec<ruma::directory::PublicRoomsChunk>,
    pub(super) next_batch: Option<String>,
    pub(super) prev_batch: Option<String>,
    pub(super) total: Option<UInt>,
}

/// A page of this server's directory, or of another's.
pub(super) async fn page(
    app: &App,
    server: Option<&ServerName>,
    filter: Filter,
    since: Option<String>,
    wanted: Option<UInt>,
) -> Result<Page, ApiError> {
    if let Some(server) = server.filter(|server| *server != app.rooms.server_name()) {
        let page = app.federation.public_rooms(server, filter, since, wanted).await?;
        let total = page.total_room_count_estimate;
        return Ok(Page {
            chunk: page.chunk,
            next_batch: page.next_batch,
            prev_batch: page.prev_batch,
            total,
        });
    }
    let DirectoryPage { chunk, next_batch, prev_batch, total, .. } =
        own_page(app, filter, since.as_deref(), wanted)?;
    Ok(Page { chunk, next_batch, prev_batch, total: UInt::try_from(total).ok() })
}

/// A page of this server's directory.
pub(crate) fn own_page(
    app: &App,
    filter: Filter,
    since: Option<&str>,
    wanted: Option<UInt>,
) -> Result<DirectoryPage, ApiError> {
    let types = (!filter.room_types.is_empty()).then(|| {
        let kinds = filter.room_types.iter();
        kinds.map(|kind| kind.as_str().map(RoomType::from)).collect()
    });
    let filter = DirectoryFilter { search: filter.generic_search_term, room_types: types };
    let most = wanted.map(|wanted| limit(Some(wanted), MOST, MOST));
    Ok(app.rooms.public_rooms(&filter, since, most)?)
}
