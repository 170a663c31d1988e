//! `GET /_matrix/client/v1/media/download/{serverName}/{mediaId}` and `…/{fileName}`: a file; under `/_matrix/media/v3` without
//! an access token, if the operator allows that (spec "Content repository").

use super::{answer::Audience, find, open_to_all};
use crate::{
    ApiError, App,
    call::{Caller, Origin},
    extract::{InPath, InQuery},
    limits::Limited,
};
use axum::{
    extract::State,
    response::Response,
    routing::{MethodRouter, get},
};
use http::HeaderMap;
use serde::Deserialize;

pub(super) fn route() -> MethodRouter<App> {
    get(
        |State(app): State<App>,
         caller: Caller,
         InPath((server, id)): InPath<(String, String)>,
         InQuery(parameters): InQuery<Parameters>,
         headers: HeaderMap| async move {
            caller.limit(&app, Limited::Requests)?;
            let file = File { server, id, name: None };
            download(&app, file, parameters, &headers, Audience::Caller).await
        },
    )
}

pub(super) fn route_named() -> MethodRouter<App> {
    get(
        |State(app): State<App>,
         caller: Caller,
         InPath((server, id, name)): InPath<(String, String, String)>,
         InQuery(parameters): InQuery<Parameters>,
         headers: HeaderMap| async move {
            caller.limit(&app, Limited::Requests)?;
            let file = File { server, id, name: Some(name) };
            download(&app, file, parameters, &headers, Audience::Caller).await
        },
    )
}

pub(super) fn route_open() -> MethodRouter<App> {
    get(
        |State(app): State<App>,
         origin: Origin,
         InPath((server, id)): InPath<(String, String)>,
         InQuery(parameters): InQuery<Parameters>,
         headers: HeaderMap| async move {
            app.limits.check(Limited::Requests, None, &origin)?;
            open_to_all(&app)?;
            let file = File { server, id, name: None };
            download(&app, file, parameters, &headers, Audience::Anybody).await
        },
    )
}

pub(super) fn route_open_named() -> MethodRouter<App> {
    get(
        |State(app): State<App>,
         origin: Origin,
         InPath((server, id, name)): InPath<(String, String, String)>,
         InQuery(parameters): InQuery<Parameters>,
         headers: HeaderMap| async move {
            app.limits.check(Limited::Requests, None, &origin)?;
            open_to_all(&app)?;
            let file = File { server, id, name: Some(name) };
            download(&app, file, parameters, &headers, Audience::Anybody).await
        },
    )
}

#[derive(Deserialize)]
struct Parameters {
    timeout_ms: Option<u64>,
}

/// The file that a path names.
struct File {
    server: String,
    id: String,
    /// What it is to be called instead of its own name.
    name: Option<String>,
}

/// # Errors
/// 404 for files that are not there, 504 for those that have not come in time, 416 for parts beyond the end.
async fn download(
    app: &App,
    file: File,
    parameters: Parameters,
    headers: &HeaderMap,
    audience: Audience,
) -> Result<Response, ApiError> {
    let mut found = find(app, &file.server, &file.id, parameters.timeout_ms).await?;
    if file.name.is_some() {
        found.file_name = file.name;
    }
    super::answer::with_file(app, &found, headers, audience).await
}
