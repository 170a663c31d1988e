//! `GET /_matrix/client/v3/thirdparty/location/{protocol}`: the rooms that stand for a place elsewhere (spec "Third-party
//! Lookups").

use crate::{ApiError, call::Call};
use ruma::api::client::thirdparty::get_location_for_protocol::v3::{Request, Response};

/// # Errors
/// None of its own.
pub(super) async fn handle(_: Call<Request>) -> Result<Response, ApiError> {
    Ok(Response::new(Vec::new()))
}
