//! `GET /_matrix/client/v3/room_keys/keys/{roomId}/{sessionId}`: one key (spec "Server-side key backups").

use crate::{ApiError, call::Call};
use ruma::{
    api::client::backup::get_backup_keys_for_session::v3::{Request, Response},
    serde::Raw,
};
use users::backup::Scope;

/// # Errors
/// 404 for a backup or a key that is none.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let scope = Scope::Session(&request.room_id, &request.session_id);
    let mut rooms = app.users.backups.keys(caller.user, &request.version, scope)?;
    let key = rooms.get_mut(&request.room_id).and_then(|sessions| sessions.remove(&request.session_id));
    let key = key.ok_or_else(|| ApiError::not_found("There is no key of this session in the backup."))?;
    Ok(Response::new(Raw::from_json(key)))
}
