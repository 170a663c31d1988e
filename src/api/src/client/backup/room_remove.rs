//! `DELETE /_matrix/client/v3/room_keys/keys/{roomId}`: deletes keys of one room (spec "Server-side key backups").

use crate::{ApiError, call::Call};
use ruma::{
    UInt,
    api::client::backup::delete_backup_keys_for_room::v3::{Request, Response},
};
use users::backup::Scope;

/// # Errors
/// 404 for a backup that is none.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let scope = Scope::Room(&request.room_id);
    let stored = app.users.backups.delete_keys(caller.user, &request.version, scope).await?;
    Ok(Response::new(stored.etag, UInt::new_saturating(stored.count)))
}
