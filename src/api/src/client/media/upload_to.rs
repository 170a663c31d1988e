//! `PUT /_matrix/media/v3/upload/{serverName}/{mediaId}`: takes the file of an address that was made before (spec "Content
//! repository").

use super::upload::{Parameters, about, hear_out};
use crate::{
    ApiError, App,
    call::Caller,
    error::json,
    extract::{InPath, InQuery},
    limits::Limited,
};
use ::media::MediaError;
use axum::{
    body::Body,
    extract::State,
    response::Response,
    routing::{MethodRouter, put},
};
use http::{HeaderMap, StatusCode};

pub(super) fn route() -> MethodRouter<App> {
    put(handle)
}

/// # Errors
/// 403 for addresses of somebody else, 404 for those that nobody made here or that have expired, 409 for those that have
/// their file; and those of an upload without an address.
async fn handle(
    State(app): State<App>,
    caller: Caller,
    InPath((server, id)): InPath<(String, String)>,
    InQuery(parameters): InQuery<Parameters>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    caller.full_account()?;
    caller.limit(&app, Limited::Uploads)?;
    let mut body = body.into_data_stream();
    let taken = async {
        if server != app.config.server.name {
            return Err(MediaError::NotFound.into());
        }
        let about = about(&app, parameters, &headers)?;
        Ok(app.media.upload_to(caller.0.user, &id, about, &mut body).await?)
    };
    let taken: Result<(), ApiError> = taken.await;
    hear_out(&app, taken, body).await?;
    Ok(json(StatusCode::OK, "{}"))
}
