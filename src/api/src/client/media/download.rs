//! `GET /_matrix/client/v1/media/download/{serverName}/{mediaId}` and `…/{fileName}`: a file; under `/_matrix/media/v3` without
//! an access token, if the operator allows that (spec "Content repository").

use super::{answer::with_file, find, reader::Reader};
use crate::{
    ApiError, App,
    extract::{InPath, InQuery},
};
use axum::{
    extract::State,
    response::Response,
    routing::{MethodRouter, get},
};
use http::HeaderMap;
use serde::Deserialize;

pub(super) fn route<R: Reader>() -> MethodRouter<App> {
    get(handle::<R>)
}

#[derive(Deserialize)]
struct Parameters {
    timeout_ms: Option<u64>,
}

/// The file that a path names, and what it is to be called instead of its own name.
#[derive(Deserialize)]
struct File {
    server_name: String,
    media_id: String,
    filename: Option<String>,
}

/// # Errors
/// 404 for files that are not there, 504 for those that have not come in time, 416 for parts beyond the end.
async fn handle<R: Reader>(
    State(app): State<App>,
    reader: R,
    InPath(file): InPath<File>,
    InQuery(parameters): InQuery<Parameters>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    reader.admit(&app)?;
    let mut found = find(&app, &file.server_name, &file.media_id, parameters.timeout_ms).await?;
    if file.filename.is_some() {
        found.file_name = file.filename;
    }
    with_file(&app, &found, &headers, R::AUDIENCE).await
}
