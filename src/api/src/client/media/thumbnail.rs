//! `GET /_matrix/client/v1/media/thumbnail/{serverName}/{mediaId}`: a picture made smaller; under `/_matrix/media/v3` without an
//! access token, if the operator allows that (spec "Content repository", "Thumbnails").

use super::{
    answer::{Audience, with_file},
    find, open_to_all,
};
use crate::{
    ApiError, App,
    call::{Caller, Origin},
    extract::{InPath, InQuery},
    limits::Limited,
};
use ::media::{Method, Wanted};
use axum::{
    extract::State,
    response::Response,
    routing::{MethodRouter, get},
};
use http::HeaderMap;
use serde::Deserialize;

type Path = InPath<(String, String)>;

pub(super) fn route() -> MethodRouter<App> {
    get(
        |State(app): State<App>,
         caller: Caller,
         InPath(path): Path,
         InQuery(parameters): InQuery<Parameters>,
         headers: HeaderMap| async move {
            caller.limit(&app, Limited::Requests)?;
            thumbnail(&app, path, parameters, &headers, Audience::Caller).await
        },
    )
}

pub(super) fn route_open() -> MethodRouter<App> {
    get(
        |State(app): State<App>,
         origin: Origin,
         InPath(path): Path,
         InQuery(parameters): InQuery<Parameters>,
         headers: HeaderMap| async move {
            app.limits.check(Limited::Requests, None, &origin)?;
            open_to_all(&app)?;
            thumbnail(&app, path, parameters, &headers, Audience::Anybody).await
        },
    )
}

/// `animated` is not here: thumbnails stand still.
#[derive(Deserialize)]
struct Parameters {
    width: u64,
    height: u64,
    method: Option<ruma::media::Method>,
    timeout_ms: Option<u64>,
}

/// # Errors
/// 400 for files that there is no thumbnail of, 413 for pictures with too many pixels, and those of a download.
async fn thumbnail(
    app: &App,
    (server, id): (String, String),
    parameters: Parameters,
    headers: &HeaderMap,
    audience: Audience,
) -> Result<Response, ApiError> {
    let method = match parameters.method {
        None | Some(ruma::media::Method::Scale) => Method::Scale,
        Some(ruma::media::Method::Crop) => Method::Crop,
        Some(other) => {
            return Err(ApiError::invalid_param(format!(
                "{:?} is no method of a thumbnail.",
                other.as_str()
            )));
        }
    };
    let wanted = Wanted { width: parameters.width, height: parameters.height, method };
    let found = find(app, &server, &id, parameters.timeout_ms).await?;
    let small = app.media.thumbnail(&found, wanted).await?;
    with_file(app, &small, headers, audience).await
}
