//! `GET /_matrix/client/v3/register/available`: whether a name can be registered (spec "Account registration").

use crate::{ApiError, call::Call};
use ruma::api::client::account::get_username_availability::v3::{Request, Response};

/// # Errors
/// 400 `M_USER_IN_USE`, `M_INVALID_USERNAME` or `M_EXCLUSIVE` when it can't.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, request, .. } = call;
    app.users.accounts.check_available(&request.username)?;
    Ok(Response::new(true))
}
