//! `DELETE /_matrix/client/v3/room_keys/version/{version}`: deletes a backup and its keys (spec "Server-side key backups").

use crate::{ApiError, call::Call};
use ruma::api::client::backup::delete_backup_version::v3::{Request, Response};

/// # Errors
/// 404 `M_NOT_FOUND`.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    app.users.backups.delete(caller.user, &request.version).await?;
    Ok(Response::new())
}
