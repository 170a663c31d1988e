//! `POST /_matrix/client/v3/user/{userId}/openid/request_token`: a proof of who the caller is, for third parties (spec
//! "OpenID").

use crate::{ApiError, call::Call};
use ruma::{
    api::client::account::request_openid_token::v3::{Request, Response},
    authentication::TokenType,
};
use std::time::Duration;

/// # Errors
/// 403 for other people.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.full_account()?;
    let Call { app, caller, request, .. } = call;
    if request.user_id != caller.user_id {
        return Err(ApiError::forbidden("You can't prove to be somebody else."));
    }
    let token = app.users.tokens.openid(caller.user)?;
    let server = caller.user_id.server_name().to_owned();
    Ok(Response::new(token.access_token, TokenType::Bearer, server, Duration::from_secs(token.expires_in)))
}
