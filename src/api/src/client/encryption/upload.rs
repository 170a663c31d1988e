//! `POST /_matrix/client/v3/keys/upload`: publishes keys of the caller's device (spec "Key management API").

use crate::{ApiError, call::Call};
use ruma::{
    OneTimeKeyAlgorithm, UInt,
    api::client::keys::upload_keys::v3::{Request, Response},
};

/// # Errors
/// 400 for keys of another device, keys that are none, and a one-time key that differs from one of the same id.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let device_keys = request.device_keys.as_ref().map(ruma::serde::Raw::json);
    let keys = &app.users.keys;
    let counts = keys.upload(&caller, device_keys, &request.one_time_keys, &request.fallback_keys).await?;
    let counts = counts.into_iter();
    Ok(Response::new(
        counts.map(|(name, n)| (OneTimeKeyAlgorithm::from(name), UInt::new_saturating(n))).collect(),
    ))
}
