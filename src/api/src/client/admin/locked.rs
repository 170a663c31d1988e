//! `GET /_matrix/client/v1/admin/lock/{userId}`: whether an account is locked (spec "Account locking").

use super::account;
use crate::{ApiError, call::Call};
use ruma::api::client::admin::is_user_locked::v1::{Request, Response};

/// # Errors
/// 403 for those who are no admins; 404 for unknown people; 400 for people of other servers.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    Ok(Response::new(account(&app, &caller, &request.user_id)?.is_locked))
}
