//! `POST /_matrix/client/v3/keys/signatures/upload`: signatures that the caller made (spec "Cross-signing").

use crate::{ApiError, call::Call};
use ruma::api::client::keys::upload_signatures::v3::{Request, Response};
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// Signatures that are no good are named in the answer and change nothing.
///
/// # Errors
/// 413 for too many keys.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let mut signed = BTreeMap::new();
    for (user, keys) in request.signed_keys {
        let keys: BTreeMap<String, Box<RawValue>> =
            keys.iter().map(|(id, json)| (id.to_owned(), json.to_owned())).collect();
        signed.insert(user, keys);
    }
    let failures = app.users.keys.upload_signatures(&caller.user_id, &signed).await?;
    // The type of the answer can't be made but from JSON.
    let failures = serde_json::to_value(failures).and_then(serde_json::from_value);
    let mut response = Response::new();
    response.failures = failures.map_err(ApiError::internal)?;
    Ok(response)
}
