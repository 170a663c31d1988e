//! `GET /_matrix/client/v3/account/3pid`: the caller's e-mail addresses and phone numbers (spec "Adding Account
//! Administrative Contact Information").

use crate::{ApiError, call::Call};
use ruma::api::client::account::get_3pids::v3::{Request, Response};

/// The list is empty: this server has no way to verify an address, as its capabilities say, so nobody has one.
///
/// # Errors
/// None of its own.
pub(super) async fn handle(_: Call<Request>) -> Result<Response, ApiError> {
    Ok(Response::new(Vec::new()))
}
