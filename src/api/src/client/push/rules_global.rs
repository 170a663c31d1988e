//! `GET /_matrix/client/v3/pushrules/global/`: all of the caller's push rules, without the scope (spec "Push Rules: API").

use crate::{ApiError, call::Call};
use ruma::api::client::push::get_pushrules_global_scope::v3::{Request, Response};

/// # Errors
/// None of its own.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    Ok(Response::new((*call.app.users.push_rules.of(call.caller.user)?).clone()))
}
