//! `GET /.well-known/matrix/server`: where other servers find this one (spec "Resolving server names").

use crate::{ApiError, call::Call};
use ruma::{
    OwnedServerName,
    api::federation::discovery::discover_homeserver::{Request, Response},
};

/// # Errors
/// `M_NOT_FOUND` when the operator did not say where, so that others go to the usual port.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let address = call.app.config.federation.address.as_deref();
    let address = address.and_then(|address| OwnedServerName::try_from(address).ok());
    let address = address.ok_or_else(|| ApiError::not_found("This server is where its name says."))?;
    Ok(Response::new(address))
}
