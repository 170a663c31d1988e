//! `GET /_matrix/federation/v1/media/download/{mediaId}`: a file of this server (spec "Content Repository").

use super::answer::with_file;
use crate::{
    ApiError, App,
    client::find_file,
    extract::{InPath, InQuery},
};
use axum::{
    extract::State,
    response::Response,
    routing::{MethodRouter, get},
};
use serde::Deserialize;

pub(super) fn route() -> MethodRouter<App> {
    get(handle)
}

#[derive(Deserialize)]
struct Parameters {
    timeout_ms: Option<u64>,
}

/// # Errors
/// 404 for files that are not there, 504 for those that have not come in time.
async fn handle(
    State(app): State<App>,
    InPath(id): InPath<String>,
    InQuery(parameters): InQuery<Parameters>,
) -> Result<Response, ApiError> {
    let found = find_file(&app, app.rooms.server_name().as_str(), &id, parameters.timeout_ms).await?;
    with_file(&app, &found).await
}
