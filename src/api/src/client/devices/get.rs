//! `GET /_matrix/client/v3/devices/{deviceId}`: one log-in of the caller (spec "Device Management").

use super::shown;
use crate::{ApiError, call::Call};
use ruma::api::client::device::get_device::v3::{Request, Response};

/// # Errors
/// 404 `M_NOT_FOUND`.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let device = app.users.devices.get(&caller.user_id, &request.device_id)?;
    let device = device.ok_or_else(|| ApiError::not_found("You have no such device."))?;
    Ok(Response::new(shown(device)))
}
