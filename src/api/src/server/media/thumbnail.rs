//! `GET /_matrix/federation/v1/media/thumbnail/{mediaId}`: a picture of this server made smaller (spec "Content Repository").

use super::answer::with_file;
use crate::{
    ApiError, App,
    client::{Small, find_file},
    extract::{InPath, InQuery},
};
use axum::{
    extract::State,
    response::Response,
    routing::{MethodRouter, get},
};

pub(super) fn route() -> MethodRouter<App> {
    get(handle)
}

/// # Errors
/// 400 for files that there is no thumbnail of, 413 for pictures with too many pixels, and those of a download.
async fn handle(
    State(app): State<App>,
    InPath(id): InPath<String>,
    InQuery(parameters): InQuery<Small>,
) -> Result<Response, ApiError> {
    let wanted = parameters.wanted()?;
    let found = find_file(&app, app.rooms.server_name().as_str(), &id, parameters.timeout_ms).await?;
    with_file(&app, &app.media.thumbnail(&found, wanted).await?).await
}
