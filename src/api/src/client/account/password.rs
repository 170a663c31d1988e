//! `POST /_matrix/client/v3/account/password`: a new password (spec "Password management").

use crate::{ApiError, call::Call};
use ruma::api::client::account::change_password::v3::{Request, Response};

/// Unless the client asks otherwise, all other devices are logged out.
///
/// # Errors
/// 401 with the stages to do; 400 `M_WEAK_PASSWORD`.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, body, .. } = call;
    let caller = caller.ok_or_else(ApiError::missing_token)?;
    app.users.uia.confirm(&caller.user_id, "POST /account/password", &body, request.auth.as_ref()).await?;
    let kept = Some(&*caller.device_id);
    let accounts = &app.users.accounts;
    accounts.set_password(&caller.user_id, &request.new_password, request.logout_devices, kept).await?;
    Ok(Response::new())
}
