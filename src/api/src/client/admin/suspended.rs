//! `GET /_matrix/client/v1/admin/suspend/{userId}`: whether an account is suspended (spec "Account suspension").

use super::account;
use crate::{ApiError, call::Call};
use ruma::api::client::admin::is_user_suspended::v1::{Request, Response};

/// # Errors
/// 403 for those who are no admins; 404 for unknown people; 400 for people of other servers.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    Ok(Response::new(account(&app, &caller, &request.user_id)?.is_suspended))
}
