//! `GET /_matrix/client/v1/media/thumbnail/{serverName}/{mediaId}`: a picture made smaller; under `/_matrix/media/v3` without an
//! access token, if the operator allows that (spec "Content repository", "Thumbnails").

use super::{answer::with_file, find, reader::Reader};
use crate::{
    ApiError, App,
    extract::{InPath, InQuery},
};
use ::media::{Method, Wanted};
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

/// What is wanted of a thumbnail. `animated` is not here: thumbnails stand still.
#[derive(Deserialize)]
pub(crate) struct Small {
    width: u64,
    height: u64,
    method: Option<ruma::media::Method>,
    pub(crate) timeout_ms: Option<u64>,
}

impl Small {
    /// # Errors
    /// 400 for methods that there are not.
    pub(crate) fn wanted(&self) -> Result<Wanted, ApiError> {
        let method = match &self.method {
            None | Some(ruma::media::Method::Scale) => Method::Scale,
            Some(ruma::media::Method::Crop) => Method::Crop,
            Some(other) => {
                return Err(ApiError::invalid_param(format!(
                    "{:?} is no method of a thumbnail.",
                    other.as_str()
                )));
            }
        };
        Ok(Wanted { width: self.width, height: self.height, method })
    }
}

/// # Errors
/// 400 for files that there is no thumbnail of, 413 for pictures with too many pixels, and those of a download.
async fn handle<R: Reader>(
    State(app): State<App>,
    reader: R,
    InPath((server, id)): InPath<(String, String)>,
    InQuery(parameters): InQuery<Small>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    reader.admit(&app)?;
    let wanted = parameters.wanted()?;
    let found = find(&app, &server, &id, parameters.timeout_ms).await?;
    let small = app.media.thumbnail(&found, wanted).await?;
    with_file(&app, &small, &headers, R::AUDIENCE).await
}
