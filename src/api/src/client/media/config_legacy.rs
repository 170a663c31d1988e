//! `GET /_matrix/media/v3/config`: how large files may be, for clients from before Matrix 1.11 (spec "Content repository").
#![expect(deprecated, reason = "such clients use it")]

use crate::{ApiError, call::Call};
use ruma::{
    UInt,
    api::client::media::get_media_config::v3::{Request, Response},
};

pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    Ok(Response::new(UInt::try_from(call.app.media.max_bytes()).unwrap_or(UInt::MAX)))
}
