//! `DELETE /_matrix/client/v3/room_keys/keys`: deletes all keys of a backup (spec "Server-side key backups").

use crate::{ApiError, call::Call};
use ruma::{
    UInt,
    api::client::backup::delete_backup_keys::v3::{Request, Response},
};
use users::backup::Scope;

/// # Errors
/// 404 for a backup that is none.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let scope = Scope::All;
    let stored = app.users.backups.delete_keys(caller.user, &request.version, scope).await?;
    Ok(Response::new(stored.etag, UInt::new_saturating(stored.count)))
}
