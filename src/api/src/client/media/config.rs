//! `GET /_matrix/client/v1/media/config`: how large files may be (spec "Content repository").

use crate::{ApiError, call::Call};
use ruma::{
    UInt,
    api::client::authenticated_media::get_media_config::v1::{Request, Response},
};

pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    Ok(Response::new(UInt::try_from(call.app.media.max_bytes()).unwrap_or(UInt::MAX)))
}
