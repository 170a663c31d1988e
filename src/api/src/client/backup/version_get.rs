//! `GET /_matrix/client/v3/room_keys/version/{version}`: one of the caller's backups (spec "Server-side key backups").

use super::Algorithm;
use crate::{ApiError, call::Call};
use ruma::{
    UInt,
    api::client::backup::get_backup_info::v3::{Request, Response},
};

/// # Errors
/// 404 `M_NOT_FOUND`.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let version = app.users.backups.version(caller.user, &request.version)?;
    let version = version.ok_or_else(|| ApiError::not_found("There is no such backup."))?;
    let algorithm = Algorithm::of(&version)?;
    Ok(Response::new(algorithm, UInt::new_saturating(version.count), version.etag, version.version))
}
