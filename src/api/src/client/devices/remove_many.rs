//! `POST /_matrix/client/v3/delete_devices`: logs several devices out (spec "Device Management").

use crate::{ApiError, call::Call};
use ruma::api::client::{
    device::delete_devices::v3::{Request, Response},
    uiaa::AuthType,
};
use users::Operation;

/// Devices that are gone already count as logged out.
///
/// # Errors
/// 401 with the stages to do.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, body, .. } = call;
    let operation = Operation { user: Some(&caller.user_id), endpoint: "POST /delete_devices", body: &body };
    app.users.uia.check(&operation, request.auth.as_ref(), &[&[AuthType::Password]]).await?;
    app.users.devices.remove(&caller.user_id, &request.devices).await?;
    Ok(Response::new())
}
