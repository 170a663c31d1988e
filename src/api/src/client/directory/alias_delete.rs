//! `DELETE /_matrix/client/v3/directory/room/{roomAlias}`: takes an alias away (spec "Room aliases").

use crate::{ApiError, call::Call};
use ruma::api::client::alias::delete_alias::v3::{Request, Response};

/// # Errors
/// 404 when there is none; 403 for who has not made it, has no power over the room's canonical alias and is no admin.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.full_account()?;
    let Call { app, caller, request, .. } = call;
    app.rooms.remove_alias(&request.room_alias, &caller.user_id, caller.is_admin).await?;
    Ok(Response::new())
}
