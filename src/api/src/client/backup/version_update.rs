//! `PUT /_matrix/client/v3/room_keys/version/{version}`: other signatures of a backup (spec "Server-side key backups").

use super::Algorithm;
use crate::{ApiError, call::Call};
use ruma::api::client::backup::update_backup_version::v3::{Request, Response};
use serde::Deserialize;

/// What the body may say besides.
#[derive(Deserialize)]
struct Body {
    version: Option<String>,
}

/// # Errors
/// 404 `M_NOT_FOUND`; 400 for another algorithm and a body that names another version.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, body, .. } = call;
    let Algorithm { algorithm, auth_data } = Algorithm::read(&request.algorithm)?;
    let named: Body = serde_json::from_slice(&body).map_err(|error| ApiError::bad_json(error.to_string()))?;
    if named.version.is_some_and(|version| version != request.version) {
        return Err(ApiError::invalid_param("The body names another version than the path."));
    }
    app.users.backups.update(caller.user, &request.version, &algorithm, &auth_data).await?;
    Ok(Response::new())
}
