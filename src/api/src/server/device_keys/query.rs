//! `POST /_matrix/federation/v1/user/keys/query`: the keys of people's devices here (spec "End-to-End Encryption").

use crate::{ApiError, call::Call, client::common::typed};
use ruma::api::federation::keys::get_keys::v1::{Request, Response};

/// # Errors
/// 413 for too many people.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let found = call.app.users.keys.query(None, &call.request.device_keys)?;
    let devices = found.device_keys.into_iter().map(|(user, keys)| (user, typed(keys))).collect();
    let mut response = Response::new(devices);
    response.master_keys = typed(found.master_keys);
    response.self_signing_keys = typed(found.self_signing_keys);
    Ok(response)
}
