//! `PUT /_matrix/client/v3/directory/room/{roomAlias}`: gives a room an alias (spec "Room aliases").

use crate::{ApiError, call::Call};
use ruma::api::client::alias::create_alias::v3::{Request, Response};

/// # Errors
/// 409 when the alias is taken; 403 for rooms that the caller is not in; 400 for aliases of other servers.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.full_account()?;
    let Call { app, caller, request, .. } = call;
    app.rooms.set_alias(&request.room_alias, &request.room_id, &caller.user_id).await?;
    Ok(Response::new())
}
