//! `POST /_matrix/client/v3/logout/all`: ends all log-ins of the caller (spec "Logout").

use crate::{ApiError, call::Call};
use ruma::api::client::session::logout_all::v3::{Request, Response};

/// # Errors
/// None of its own.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, .. } = call;
    app.users.devices.remove_all(&caller.user_id, None).await?;
    Ok(Response::new())
}
