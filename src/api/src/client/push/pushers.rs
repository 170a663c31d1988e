//! `GET /_matrix/client/v3/pushers`: where the caller's notifications go (spec "Push Notifications").

use crate::{ApiError, call::Call};
use ruma::api::client::push::get_pushers::v3::{Request, Response};
use serde_json::Value;

/// # Errors
/// None of its own.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let pushers = call.app.users.pushers.of(call.caller.user)?.into_iter();
    let pushers = pushers.map(|pusher| serde_json::from_value(Value::Object(pusher.json)));
    Ok(Response::new(pushers.collect::<Result<_, _>>().map_err(ApiError::internal)?))
}
