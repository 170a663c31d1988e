//! `GET /_matrix/federation/v1/openid/userinfo`: whom an OpenID token stands for (spec "OpenID").

use crate::{ApiError, call::Call};
use ruma::api::federation::openid::get_openid_userinfo::v1::{Request, Response};

/// # Errors
/// 401 `M_UNKNOWN_TOKEN` for tokens that are none, or none any more.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let user = call.app.users.tokens.openid_user(&call.request.access_token)?;
    let user = user.ok_or_else(|| ApiError::unknown_token(false))?;
    Ok(Response::new(user))
}
