//! `GET /_matrix/client/v3/room_keys/version`: the caller's current backup (spec "Server-side key backups").

use super::Algorithm;
use crate::{ApiError, call::Call};
use ruma::{
    UInt,
    api::client::backup::get_latest_backup_info::v3::{Request, Response},
};

/// # Errors
/// 404 `M_NOT_FOUND`.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, .. } = call;
    let version = app.users.backups.current(caller.user)?;
    let version = version.ok_or_else(|| ApiError::not_found("There is no such backup."))?;
    let algorithm = Algorithm::of(&version)?;
    Ok(Response::new(algorithm, UInt::new_saturating(version.count), version.etag, version.version))
}
