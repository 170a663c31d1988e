//! `GET /_matrix/client/v1/media/preview_url`: what a linked page says of itself (spec "Content repository").

use crate::{ApiError, call::Call, limits::Limited};
use ruma::api::client::authenticated_media::get_media_preview::v1::{Request, Response};

/// # Errors
/// 400 for what is no address of a page, 403 for hosts and 404 for previews that the operator does not want, 502 for pages that
/// can't be had.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.limit(Limited::Previews)?;
    Ok(Response::from_raw_value(super::preview(&call.app, &call.request.url).await?))
}
