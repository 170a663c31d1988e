//! `POST /_matrix/client/v3/delete_devices`: logs several devices out (spec "Device Management").

use crate::{ApiError, call::Call};
use ruma::api::client::device::delete_devices::v3::{Request, Response};

/// Devices that are gone already count as logged out.
///
/// # Errors
/// 401 with the stages to do.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, body, .. } = call;
    app.users.uia.confirm(&caller.user_id, "POST /delete_devices", &body, request.auth.as_ref()).await?;
    app.users.devices.remove(&caller.user_id, &request.devices).await?;
    Ok(Response::new())
}
