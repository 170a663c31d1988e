//! Files for other servers' people (spec "Content Repository"). Files are streams, so their endpoints are handlers that axum calls
//! itself.

mod answer;
mod download;
mod thumbnail;

use crate::routes::Routes;
use ruma::api::federation::authenticated_media::{get_content, get_content_thumbnail};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .stream::<get_content::v1::Request>(&download::route())
        .stream::<get_content_thumbnail::v1::Request>(&thumbnail::route())
}
