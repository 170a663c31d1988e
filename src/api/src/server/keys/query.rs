//! `POST /_matrix/key/v2/query`: other servers' keys, with this server's signature (spec "Querying Keys Through Another Server").

use crate::{ApiError, call::Call};
use ruma::api::federation::discovery::get_remote_server_keys_batch::v2::{Request, Response};

/// The most servers in one request.
const MOST: usize = 100;

/// # Errors
/// `M_TOO_LARGE` for too many servers.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let wanted = call.request.server_keys;
    if wanted.len() > MOST {
        return Err(ApiError::too_large(format!("Ask for at most {MOST} servers at a time.")));
    }
    let servers = wanted.into_iter().map(|(server, keys)| {
        let until = keys.values().filter_map(|wish| wish.minimum_valid_until_ts).max();
        let ids = keys.into_keys().map(|id| id.to_string()).collect();
        (server, ids, until.map_or(0, |until| until.get().into()))
    });
    Ok(Response::new(call.app.federation.vouch(servers.collect()).await?))
}
