//! `PUT /_matrix/client/v3/room_keys/keys`: stores keys of several rooms (spec "Server-side key backups").

use super::plain;
use crate::{ApiError, call::Call};
use ruma::{
    UInt,
    api::client::backup::add_backup_keys::v3::{Request, Response},
};

/// Of two keys of a session the better one stays.
///
/// # Errors
/// 404 for a backup that is none; 403 `M_WRONG_ROOM_KEYS_VERSION` with the current version; 413 for what is too large.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let rooms = request.rooms.into_iter().map(|(room, keys)| (room, plain(keys.sessions))).collect();
    let stored = app.users.backups.add(caller.user, &request.version, &rooms).await?;
    Ok(Response::new(stored.etag, UInt::new_saturating(stored.count)))
}
