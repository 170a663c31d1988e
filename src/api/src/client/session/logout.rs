//! `POST /_matrix/client/v3/logout`: ends this log-in (spec "Logout").

use crate::{ApiError, call::Call};
use ruma::api::client::session::logout::v3::{Request, Response};

/// # Errors
/// None of its own.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, .. } = call;
    app.users.devices.remove(&caller.user_id, std::slice::from_ref(&caller.device_id)).await?;
    Ok(Response::new())
}
