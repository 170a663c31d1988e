//! `GET /_matrix/media/v3/preview_url`: what a linked page says of itself, for clients from before Matrix 1.11 (spec "Content
//! repository").
#![expect(deprecated, reason = "such clients use it")]

use crate::{ApiError, call::Call, limits::Limited};
use ruma::api::client::media::get_media_preview::v3::{Request, Response};

/// # Errors
/// Those of the endpoint that took its place.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.limit(Limited::Previews)?;
    Ok(Response::from_raw_value(super::preview(&call.app, &call.request.url).await?))
}
