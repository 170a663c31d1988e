//! `DELETE /_matrix/client/v3/devices/{deviceId}`: logs one device out (spec "Device Management").

use crate::{ApiError, call::Call};
use ruma::api::client::device::delete_device::v3::{Request, Response};

/// A device that is gone already counts as logged out.
///
/// # Errors
/// 401 with the stages to do.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, body, .. } = call;
    let endpoint = format!("DELETE /devices/{}", request.device_id);
    app.users.uia.confirm(&caller.user_id, &endpoint, &body, request.auth.as_ref()).await?;
    app.users.devices.remove(&caller.user_id, std::slice::from_ref(&request.device_id)).await?;
    Ok(Response::new())
}
