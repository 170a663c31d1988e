//! A file as an answer: whole, in part, or not at all because the client has it.

use super::{
    disposition::disposition,
    range::{Part, asked},
    reader::Audience,
};
use crate::{ApiError, App};
use ::media::Found;
use axum::{
    body::Body,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use ruma::api::error::ErrorKind;

/// What a browser may do with a file (spec "Content repository", security considerations).
const POLICY: &str = "sandbox; default-src 'none'; script-src 'none'; plugin-types application/pdf; style-src 'unsafe-inline'; media-src 'self'; object-src 'self';";

/// # Errors
/// 416 for a part beyond the end; 500 when the file can't be read.
pub(super) async fn with_file(
    app: &App,
    file: &Found,
    asks: &HeaderMap,
    audience: Audience,
) -> Result<Response, ApiError> {
    let etag = format!("\"{}\"", file.hash);
    let mut headers = HeaderMap::new();
    let fixed: [(HeaderName, &str); 6] = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, audience.caching()),
        (header::ETAG, &etag),
        (header::ACCEPT_RANGES, "bytes"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_str(value).map_err(ApiError::internal)?);
    }
    if has_already(asks, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let content_type = file.content_type.as_deref().unwrap_or("application/octet-stream");
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(content_type).map_err(ApiError::internal)?);
    headers.insert(header::CONTENT_DISPOSITION, disposition(content_type, file.file_name.as_deref()));
    let (status, range) = match asked(asks, &etag, file.size) {
        Part::All => (StatusCode::OK, 0..file.size),
        Part::Range(range) => {
            let text = format!("bytes {}-{}/{}", range.start, range.end - 1, file.size);
            headers.insert(header::CONTENT_RANGE, HeaderValue::from_str(&text).map_err(ApiError::internal)?);
            (StatusCode::PARTIAL_CONTENT, range)
        }
        Part::None => return beyond_the_end(file.size),
    };
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(range.end - range.start));
    let body = app.media.read(file, range).await?;
    Ok((status, headers, Body::from_stream(body)).into_response())
}

fn has_already(asks: &HeaderMap, etag: &str) -> bool {
    let known = asks.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    known
        .flat_map(|value| value.split(','))
        .map(|tag| tag.trim().trim_start_matches("W/"))
        .any(|tag| tag == etag || tag == "*")
}

fn beyond_the_end(size: u64) -> Result<Response, ApiError> {
    let refusal = ApiError::with_status(
        StatusCode::RANGE_NOT_SATISFIABLE,
        ErrorKind::InvalidParam,
        format!("The file has {size} bytes, and no such part."),
    );
    let mut response = refusal.into_response();
    let range = HeaderValue::from_str(&format!("bytes */{size}")).map_err(ApiError::internal)?;
    response.headers_mut().insert(header::CONTENT_RANGE, range);
    Ok(response)
}
