//! Uploaded files (spec "Content repository"). Files are streams, so their endpoints are handlers that axum calls itself.

mod answer;
mod config;
mod config_legacy;
mod create;
mod disposition;
mod download;
mod preview;
mod preview_legacy;
mod range;
mod reader;
mod thumbnail;
mod upload;
mod upload_to;

pub(crate) use self::{disposition::disposition, thumbnail::Small};
use crate::{
    ApiError, App,
    call::{Caller, Origin},
    routes::Routes,
};
use ruma::{
    ServerName,
    api::client::{authenticated_media, media},
};
use serde_json::value::RawValue;
use std::time::Duration;

#[expect(deprecated, reason = "clients from before Matrix 1.11 use these")]
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .on(config::handle)
        .on(config_legacy::handle)
        .on(create::handle)
        .on(preview::handle)
        .on(preview_legacy::handle)
        .stream::<media::create_content::v3::Request>(&upload::route())
        .stream::<media::create_content_async::v3::Request>(&upload_to::route())
        .stream::<authenticated_media::get_content::v1::Request>(&download::route::<Caller>())
        .stream::<authenticated_media::get_content_as_filename::v1::Request>(&download::route::<Caller>())
        .stream::<authenticated_media::get_content_thumbnail::v1::Request>(&thumbnail::route::<Caller>())
        .stream::<media::get_content::v3::Request>(&download::route::<Origin>())
        .stream::<media::get_content_as_filename::v3::Request>(&download::route::<Origin>())
        .stream::<media::get_content_thumbnail::v3::Request>(&thumbnail::route::<Origin>())
}

/// A preview of a page as a JSON object.
async fn preview(app: &App, url: &str) -> Result<Box<RawValue>, ApiError> {
    let preview = app.media.preview(url);
    let stopping = || ApiError::internal("the server stops before a preview was made");
    let json = app.stopping.run_until_cancelled(preview).await.ok_or_else(stopping)??;
    RawValue::from_string(json).map_err(ApiError::internal)
}

/// How long a client waits for a file that has not come yet, unless it says otherwise (spec, `timeout_ms`).
const PATIENCE: Duration = Duration::from_secs(20);
/// The longest that anybody waits.
const MAX_PATIENCE: Duration = Duration::from_secs(60);

/// The file under an id, of this server or another; once the server stops, nobody waits for it any longer.
pub(crate) async fn find(
    app: &App,
    server: &str,
    id: &str,
    timeout_ms: Option<u64>,
) -> Result<::media::Found, ApiError> {
    let patience = timeout_ms.map_or(PATIENCE, Duration::from_millis).min(MAX_PATIENCE);
    if server != app.rooms.server_name() {
        let name = <&ServerName>::try_from(server);
        let name = name.map_err(|_| ApiError::not_found("There is no such server."))?;
        let fetch = app.federation.file(name, id, patience);
        let stopping = || ApiError::internal("the server stops before a file was fetched");
        return Ok(app.stopping.run_until_cancelled(fetch).await.ok_or_else(stopping)??);
    }
    Ok(app.media.find(server, id, patience).await?)
}
