//! `POST /_matrix/client/v3/keys/query`: the keys of people's devices (spec "Key management API").

use super::unreachable;
use crate::{ApiError, call::Call, client::common::typed};
use ruma::api::client::keys::get_keys::v3::{Request, Response};

/// # Errors
/// 413 for too many people.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let found = app.users.keys.query(&caller.user_id, &request.device_keys)?;
    let mut response = Response::new();
    response.failures = unreachable(&app, request.device_keys.keys().map(|user| &**user));
    response.device_keys = found.device_keys.into_iter().map(|(user, keys)| (user, typed(keys))).collect();
    response.master_keys = typed(found.master_keys);
    response.self_signing_keys = typed(found.self_signing_keys);
    response.user_signing_keys = typed(found.user_signing_keys);
    Ok(response)
}
