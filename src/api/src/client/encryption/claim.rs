//! `POST /_matrix/client/v3/keys/claim`: one-time keys of people's devices (spec "Key management API").

use super::unreachable;
use crate::{ApiError, call::Call};
use ruma::{
    OwnedOneTimeKeyId,
    api::client::keys::claim_keys::v3::{OneTimeKeys, Request, Response},
    serde::Raw,
};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// # Errors
/// 413 for too many devices.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, request, .. } = call;
    let claimed = app.users.keys.claim(&request.one_time_keys).await?;
    let mut keys = BTreeMap::new();
    for (user, devices) in claimed {
        let mut by_device = OneTimeKeys::new();
        for (device, by_id) in devices {
            let by_id = by_id.into_iter().map(typed).collect::<Result<_, _>>()?;
            by_device.insert(device, by_id);
        }
        keys.insert(user, by_device);
    }
    let mut response = Response::new(keys);
    response.failures = unreachable(&app, request.one_time_keys.keys().map(|user| &**user));
    Ok(response)
}

fn typed<T>((id, json): (String, Box<RawValue>)) -> Result<(OwnedOneTimeKeyId, Raw<T>), ApiError> {
    Ok((OwnedOneTimeKeyId::try_from(id).map_err(ApiError::internal)?, Raw::from_json(json)))
}
