//! `GET /_matrix/federation/v1/version`: what this server runs (spec "Server implementation").

use crate::{ApiError, call::Call};
use ruma::api::federation::discovery::get_server_version::v1::{Request, Response, Server};

/// # Errors
/// None.
pub(super) async fn handle(_: Call<Request>) -> Result<Response, ApiError> {
    let mut server = Server::new();
    server.name = Some("ChatSphere".to_owned());
    server.version = Some(env!("CARGO_PKG_VERSION").to_owned());
    let mut response = Response::new();
    response.server = Some(server);
    Ok(response)
}
