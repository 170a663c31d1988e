//! `GET /_matrix/client/v3/thirdparty/location`: the places elsewhere that a room stands for (spec "Third-party
//! Lookups").

use crate::{ApiError, call::Call};
use ruma::api::client::thirdparty::get_location_for_room_alias::v3::{Request, Response};

/// # Errors
/// None of its own.
pub(super) async fn handle(_: Call<Request>) -> Result<Response, ApiError> {
    Ok(Response::new(Vec::new()))
}
