//! `POST /_matrix/client/v3/keys/claim`: one-time keys of people's devices (spec "Key management API").

use super::{failures, patience};
use crate::{ApiError, call::Call, client::common::one_time_keys};
use ruma::api::client::keys::claim_keys::v3::{Request, Response};

/// Servers that do not answer are named in the answer.
///
/// # Errors
/// 413 for too many devices.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, request, .. } = call;
    let mut keys = one_time_keys(app.users.keys.claim(&request.one_time_keys).await?)?;
    let (others, unanswered) =
        app.federation.claim_keys(&request.one_time_keys, patience(request.timeout)).await;
    keys.extend(others);
    let mut response = Response::new(keys);
    response.failures = failures(&unanswered);
    Ok(response)
}
