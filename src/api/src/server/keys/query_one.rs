//! `GET /_matrix/key/v2/query/{serverName}`: another server's keys, with this server's signature (spec "Querying Keys Through
//! Another Server").

use crate::{ApiError, call::Call};
use ruma::api::federation::discovery::get_remote_server_keys::v2::{Request, Response};

/// # Errors
/// None; a server whose keys can't be had is left out.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Request { server_name, minimum_valid_until_ts, .. } = call.request;
    let until = minimum_valid_until_ts.get().into();
    Ok(Response::new(call.app.federation.vouch(vec![(server_name, Vec::new(), until)]).await?))
}
