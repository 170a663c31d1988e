//! `POST /_matrix/media/v3/upload`: takes a file (spec "Content repository").

use crate::{ApiError, App, call::Caller, error::json, extract::InQuery, limits::Limited};
use ::media::{About, MediaError};
use axum::{
    body::{Body, BodyDataStream},
    extract::State,
    response::Response,
    routing::{MethodRouter, post},
};
use futures_util::StreamExt;
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use std::time::Duration;

/// How long the rest of a refused file is read.
const DRAIN_TIME: Duration = Duration::from_secs(10);

pub(super) fn route() -> MethodRouter<App> {
    post(handle)
}

#[derive(Deserialize)]
pub(super) struct Parameters {
    filename: Option<String>,
}

/// # Errors
/// 403 for types that the operator does not take, and when the account has uploaded all that it may; 413 for files that are
/// too large; 429 for too many in a short time.
async fn handle(
    State(app): State<App>,
    caller: Caller,
    InQuery(parameters): InQuery<Parameters>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    caller.full_account()?;
    caller.limit(&app, Limited::Uploads)?;
    let mut body = body.into_data_stream();
    let taken = async {
        let about = about(&app, parameters, &headers)?;
        Ok(app.media.upload(caller.0.user, about, &mut body).await?)
    };
    let taken: Result<String, ApiError> = taken.await;
    let id = hear_out(&app, taken, body).await?;
    let uri = serde_json::json!({ "content_uri": format!("mxc://{}/{id}", app.config.server.name) });
    Ok(json(StatusCode::OK, uri.to_string()))
}

/// What the request says of its file, refused if that is enough to know that it won't be taken.
pub(super) fn about(app: &App, parameters: Parameters, headers: &HeaderMap) -> Result<About, ApiError> {
    let announced = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let limit = app.media.max_bytes();
    if announced.is_some_and(|length: u64| length > limit) {
        return Err(MediaError::TooLarge { limit }.into());
    }
    let content_type = headers.get(header::CONTENT_TYPE).map(|value| {
        let text = value.to_str().map(str::to_owned);
        text.map_err(|_| ApiError::invalid_param("The content type has letters that none has."))
    });
    let content_type = content_type.transpose()?;
    let kind = content_type.as_deref().unwrap_or("application/octet-stream");
    if !app.config.media.allows(kind) {
        return Err(MediaError::TypeNotAllowed(kind.to_owned()).into());
    }
    let file_name = parameters.filename.filter(|name| !name.is_empty());
    Ok(About { content_type, file_name })
}

/// Before a refusal, reads on for a while: many clients only listen once they have said everything.
pub(super) async fn hear_out<T>(
    app: &App,
    taken: Result<T, ApiError>,
    mut body: BodyDataStream,
) -> Result<T, ApiError> {
    if taken.is_err() {
        let mut patience = app.media.max_bytes();
        let rest = async {
            while let Some(Ok(chunk)) = body.next().await {
                patience = patience.saturating_sub(chunk.len() as u64);
                if patience == 0 {
                    break;
                }
            }
        };
        // Whether it comes to its end does not matter any more.
        drop(tokio::time::timeout(DRAIN_TIME, app.stopping.run_until_cancelled(rest)).await);
    }
    taken
}
