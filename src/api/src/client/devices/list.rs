//! `GET /_matrix/client/v3/devices`: all log-ins of the caller (spec "Device Management").

use super::shown;
use crate::{ApiError, call::Call};
use ruma::api::client::device::get_devices::v3::{Request, Response};

/// # Errors
/// None of its own.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, .. } = call;
    let devices = app.users.devices.list(&caller.user_id)?;
    Ok(Response::new(devices.into_iter().map(shown).collect()))
}
