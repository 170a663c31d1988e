//! `GET /_matrix/client/v3/room_keys/keys/{roomId}`: keys of one room (spec "Server-side key backups").

use crate::{ApiError, call::Call, client::common::typed};
use ruma::api::client::backup::get_backup_keys_for_room::v3::{Request, Response};
use users::backup::Scope;

/// # Errors
/// 404 for a backup that is none.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let scope = Scope::Room(&request.room_id);
    let mut rooms = app.users.backups.keys(caller.user, &request.version, scope)?;
    Ok(Response::new(typed(rooms.remove(&request.room_id).unwrap_or_default())))
}
