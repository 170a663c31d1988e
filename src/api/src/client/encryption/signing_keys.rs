//! `POST /_matrix/client/v3/keys/device_signing/upload`: the caller's cross-signing keys (spec "Cross-signing").

use crate::{ApiError, call::Call};
use ruma::{
    api::client::keys::upload_signing_keys::v3::{Request, Response},
    serde::Raw,
};
use users::e2ee::SigningKeys;

/// The first keys, and the same keys again, need no proof.
///
/// # Errors
/// 401 with the stages to do; 400 for keys of somebody else, of a wrong usage or not signed by the master key.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, body, .. } = call;
    let keys = SigningKeys {
        master: request.master_key.as_ref().map(Raw::json),
        self_signing: request.self_signing_key.as_ref().map(Raw::json),
        user_signing: request.user_signing_key.as_ref().map(Raw::json),
    };
    if app.users.keys.signing_keys_need_uia(caller.user, keys)? {
        let endpoint = "POST /keys/device_signing/upload";
        app.users.uia.confirm(&caller.user_id, endpoint, &body, request.auth.as_ref()).await?;
    }
    app.users.keys.upload_signing_keys(&caller.user_id, keys).await?;
    Ok(Response::new())
}
