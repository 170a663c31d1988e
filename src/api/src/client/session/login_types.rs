//! `GET /_matrix/client/v3/login`: the ways to log in (spec "Login").

use crate::{ApiError, call::Call};
use ruma::api::client::session::get_login_types::v3::{LoginType, PasswordLoginType, Request, Response};

/// # Errors
/// None.
pub(super) async fn handle(_: Call<Request>) -> Result<Response, ApiError> {
    Ok(Response::new(vec![LoginType::Password(PasswordLoginType::new())]))
}
