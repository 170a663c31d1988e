//! `PUT /_matrix/client/v3/directory/list/room/{roomId}`: puts a room into the directory or takes it out (spec
//! "Published room directory").

use crate::{ApiError, call::Call};
use ruma::api::client::{
    directory::set_room_visibility::v3::{Request, Response},
    room::Visibility,
};

/// # Errors
/// 403 for who has no power over the room's canonical alias; 404 for rooms that nobody here knows.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.full_account()?;
    let Call { app, caller, request, .. } = call;
    let room = app.rooms.require(&request.room_id)?;
    let public = match request.visibility {
        Visibility::Public => true,
        Visibility::Private => false,
        other => return Err(ApiError::invalid_param(format!("visibility can't be {other}."))),
    };
    app.rooms.set_visibility(room.num, &caller.user_id, caller.is_admin, public).await?;
    Ok(Response::new())
}
