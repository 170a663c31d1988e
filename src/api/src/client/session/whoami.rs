//! `GET /_matrix/client/v3/account/whoami`: whose access token this is (spec "Current account information").

use crate::{ApiError, call::Call};
use ruma::api::client::account::whoami::v3::{Request, Response};

/// # Errors
/// None of its own.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let caller = call.caller;
    let mut response = Response::new(caller.user_id.clone(), caller.is_guest);
    response.device_id = Some(caller.device_id.clone());
    Ok(response)
}
