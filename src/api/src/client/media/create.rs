//! `POST /_matrix/media/v1/create`: an address for a file that is uploaded later (spec "Content repository").

use crate::{ApiError, call::Call, limits::Limited};
use ruma::{
    MilliSecondsSinceUnixEpoch, OwnedMxcUri, UInt,
    api::client::media::create_mxc_uri::v1::{Request, Response},
};

/// # Errors
/// 429 when too many of the caller's addresses wait for their files; 403 for guests and suspended accounts.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.full_account()?;
    call.limit(Limited::Uploads)?;
    let reserved = call.app.media.reserve(call.caller.user).await?;
    let uri = format!("mxc://{}/{}", call.app.config.server.name, reserved.id);
    let mut response = Response::new(OwnedMxcUri::from(uri));
    response.unused_expires_at = UInt::try_from(reserved.expires_ms).ok().map(MilliSecondsSinceUnixEpoch);
    Ok(response)
}
