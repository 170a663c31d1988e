//! `GET /_matrix/client/v3/thirdparty/protocols`: what all bridges can look up (spec "Third-party
//! Lookups").

use crate::{ApiError, call::Call};
use ruma::api::client::thirdparty::get_protocols::v3::{Request, Response};

/// # Errors
/// None of its own.
pub(super) async fn handle(_: Call<Request>) -> Result<Response, ApiError> {
    Ok(Response::new(std::collections::BTreeMap::new()))
}
