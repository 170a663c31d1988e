//! `GET /_matrix/client/v3/user/{userId}/account_data/{type}`: what the caller's clients keep (spec "Client Config").

use super::own;
use crate::{ApiError, call::Call};
use ruma::{
    api::client::config::get_global_account_data::v3::{Request, Response},
    serde::Raw,
};

/// # Errors
/// 403 for other people's; 404 when there is none.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    own(&caller, &request.user_id)?;
    let kind = request.event_type.to_string();
    let data = app.users.account_data.get(caller.user, None, &kind)?;
    let data = data.ok_or_else(|| ApiError::not_found(format!("There is no account data {kind}.")))?;
    Ok(Response::new(Raw::from_json(data)))
}
