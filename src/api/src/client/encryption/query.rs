//! `POST /_matrix/client/v3/keys/query`: the keys of people's devices (spec "Key management API").

use super::unreachable;
use crate::{ApiError, call::Call};
use ruma::{
    api::client::keys::get_keys::v3::{Request, Response},
    serde::Raw,
};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

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

fn typed<K: Ord, T>(keys: BTreeMap<K, Box<RawValue>>) -> BTreeMap<K, Raw<T>> {
    keys.into_iter().map(|(key, json)| (key, Raw::from_json(json))).collect()
}
