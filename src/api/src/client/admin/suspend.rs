//! `PUT /_matrix/client/v1/admin/suspend/{userId}`: suspends an account, or ends that (spec "Account suspension").

use super::subject;
use crate::{ApiError, call::Call};
use ruma::api::client::admin::suspend_user::v1::{Request, Response};

/// # Errors
/// 403 for those who are no admins, and when it is an admin's account; 404 for unknown people; 400 for people of other
/// servers.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let account = subject(&app, &caller, &request.user_id)?;
    app.users.accounts.set_suspended(&account.user_id, request.suspended).await?;
    tracing::info!(user = %account.user_id, by = %caller.user_id, suspended = request.suspended, "an account was suspended, or that ended");
    Ok(Response::new(request.suspended))
}
