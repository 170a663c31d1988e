//! `POST /_matrix/federation/v1/user/keys/claim`: one-time keys of devices here (spec "End-to-End Encryption").

use crate::{ApiError, call::Call, client::common::one_time_keys};
use ruma::api::federation::keys::claim_keys::v1::{Request, Response};

/// # Errors
/// 413 for too many devices.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let claimed = call.app.users.keys.claim(&call.request.one_time_keys).await?;
    Ok(Response::new(one_time_keys(claimed)?))
}
