//! A file as one part of a `multipart/mixed` answer (RFC 2046), the other being what is known of it, which is nothing yet.

use crate::{ApiError, App, client::disposition};
use ::media::Found;
use axum::{body::Body, response::Response};
use bytes::Bytes;
use config::random::token;
use futures_util::{StreamExt as _, stream};
use http::{HeaderValue, header};

/// # Errors
/// 404 if the file was removed just now; 500 when it can't be read.
pub(super) async fn with_file(app: &App, file: &Found) -> Result<Response, ApiError> {
    let boundary = token(app.entropy.as_ref(), 30);
    let kind = file.content_type.as_deref().unwrap_or("application/octet-stream");
    // What an uploader said may hold anything; a line break would end the header.
    let kind = HeaderValue::from_str(kind).unwrap_or(HeaderValue::from_static("application/octet-stream"));
    let mut head = format!(
        "--{boundary}\r\nContent-Type: application/json\r\n\r\n{{}}\r\n--{boundary}\r\nContent-Type: "
    )
    .into_bytes();
    head.extend_from_slice(kind.as_bytes());
    head.extend_from_slice(b"\r\nContent-Disposition: ");
    head.extend_from_slice(
        disposition(&String::from_utf8_lossy(kind.as_bytes()), file.file_name.as_deref()).as_bytes(),
    );
    head.extend_from_slice(b"\r\n\r\n");
    let tail = format!("\r\n--{boundary}--\r\n").into_bytes();
    let length = (head.len() + tail.len()) as u64 + file.size;
    let content = app.media.read(file, 0..file.size).await?;
    let whole =
        stream::iter([Ok(Bytes::from(head))]).chain(content).chain(stream::iter([Ok(Bytes::from(tail))]));
    let mut response = Response::new(Body::from_stream(whole));
    let kind = format!("multipart/mixed; boundary={boundary}");
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_str(&kind).map_err(ApiError::internal)?);
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    Ok(response)
}
