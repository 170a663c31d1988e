//! `PUT /_matrix/client/v1/admin/lock/{userId}`: locks an account, or unlocks it (spec "Account locking").

use super::subject;
use crate::{ApiError, call::Call};
use ruma::api::client::admin::lock_user::v1::{Request, Response};

/// # Errors
/// 403 for those who are no admins, and when it is an admin's account; 404 for unknown people; 400 for people of other
/// servers.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let account = subject(&app, &caller, &request.user_id)?;
    app.users.accounts.set_locked(&account.user_id, request.locked).await?;
    tracing::info!(user = %account.user_id, by = %caller.user_id, locked = request.locked, "an account was locked, or that ended");
    Ok(Response::new(request.locked))
}
