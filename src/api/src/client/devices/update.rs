//! `PUT /_matrix/client/v3/devices/{deviceId}`: what the caller calls a device (spec "Device Management").

use crate::{ApiError, call::Call};
use ruma::api::client::device::update_device::v3::{Request, Response};

/// # Errors
/// 404 `M_NOT_FOUND`; 400 for a name that is too long.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let devices = &app.users.devices;
    if request.display_name.is_some() {
        devices.rename(&caller.user_id, &request.device_id, request.display_name.as_deref()).await?;
    } else if devices.get(&caller.user_id, &request.device_id)?.is_none() {
        return Err(ApiError::not_found("You have no such device."));
    }
    Ok(Response::new())
}
