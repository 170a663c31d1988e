//! `POST /_matrix/client/v3/account/password`: a new password (spec "Password management").

use crate::{ApiError, call::Call};
use ruma::api::client::{
    account::change_password::v3::{Request, Response},
    uiaa::AuthType,
};
use users::Operation;

/// Unless the client asks otherwise, all other devices are logged out.
///
/// # Errors
/// 401 with the stages to do; 400 `M_WEAK_PASSWORD`.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, body, .. } = call;
    let caller = caller.ok_or_else(ApiError::missing_token)?;
    let operation =
        Operation { user: Some(&caller.user_id), endpoint: "POST /account/password", body: &body };
    app.users.uia.check(&operation, request.auth.as_ref(), &[&[AuthType::Password]]).await?;
    let kept = Some(&*caller.device_id);
    let accounts = &app.users.accounts;
    accounts.set_password(&caller.user_id, &request.new_password, request.logout_devices, kept).await?;
    Ok(Response::new())
}
