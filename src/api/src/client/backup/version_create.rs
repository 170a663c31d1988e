//! `POST /_matrix/client/v3/room_keys/version`: begins a new backup (spec "Server-side key backups").

use super::Algorithm;
use crate::{ApiError, call::Call};
use ruma::api::client::backup::create_backup_version::v3::{Request, Response};

/// # Errors
/// 400 for data of the wrong shape and for too many versions.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let Algorithm { algorithm, auth_data } = Algorithm::read(&request.algorithm)?;
    Ok(Response::new(app.users.backups.create(caller.user, &algorithm, &auth_data).await?))
}
