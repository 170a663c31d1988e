//! `GET /_matrix/client/v3/room_keys/keys`: all keys of a backup (spec "Server-side key backups").

use crate::{ApiError, call::Call, client::common::typed};
use ruma::api::client::backup::{
    RoomKeyBackup,
    get_backup_keys::v3::{Request, Response},
};
use users::backup::Scope;

/// # Errors
/// 404 for a backup that is none.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let rooms = app.users.backups.keys(caller.user, &request.version, Scope::All)?;
    let rooms = rooms.into_iter().map(|(room, sessions)| (room, RoomKeyBackup::new(typed(sessions))));
    Ok(Response::new(rooms.collect()))
}
