//! `GET /_matrix/key/v2/server`: the keys of this server (spec "Publishing Keys"). Older servers add the id of one, which makes no
//! difference.

use crate::{ApiError, call::Call};
use ruma::{
    api::federation::discovery::get_server_keys::v2::{Request, Response},
    serde::Raw,
};

/// # Errors
/// None.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let told = call.app.federation.own_keys().told(call.app.clock.as_ref()).map_err(ApiError::internal)?;
    Ok(Response::new(Raw::new(&told).map_err(ApiError::internal)?.cast_unchecked()))
}
