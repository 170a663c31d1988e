//! `GET /_matrix/client/v3/thirdparty/protocol/{protocol}`: what a bridge can look up (spec "Third-party
//! Lookups").

use crate::{ApiError, call::Call};
use ruma::api::client::thirdparty::get_protocol::v3::{Request, Response};

/// # Errors
/// 404: there is no such bridge.
pub(super) async fn handle(_: Call<Request>) -> Result<Response, ApiError> {
    Err(ApiError::not_found("This server has no bridge for this protocol."))
}
