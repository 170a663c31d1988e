//! `POST /_matrix/client/v3/keys/query`: the keys of people's devices (spec "Key management API").

use super::{failures, patience};
use crate::{ApiError, call::Call, client::common::typed};
use ruma::api::client::keys::get_keys::v3::{Request, Response};

/// Servers that do not answer are named in the answer.
///
/// # Errors
/// 413 for too many people.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let mut found = app.users.keys.query(Some(&caller.user_id), &request.device_keys)?;
    let (others, unanswered) =
        app.federation.query_keys(&caller.user_id, &request.device_keys, patience(request.timeout)).await?;
    found.device_keys.extend(others.device_keys);
    found.master_keys.extend(others.master_keys);
    found.self_signing_keys.extend(others.self_signing_keys);
    let mut response = Response::new();
    response.failures = failures(&unanswered);
    response.device_keys = found.device_keys.into_iter().map(|(user, keys)| (user, typed(keys))).collect();
    response.master_keys = typed(found.master_keys);
    response.self_signing_keys = typed(found.self_signing_keys);
    response.user_signing_keys = typed(found.user_signing_keys);
    Ok(response)
}
