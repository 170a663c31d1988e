//! `GET /_matrix/client/v3/directory/room/{roomAlias}`: the room that an alias stands for (spec "Room aliases").

use crate::{ApiError, call::Call};
use ruma::api::client::alias::get_alias::v3::{Request, Response};

/// # Errors
/// 404 when there is none.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, request, .. } = call;
    let none = || ApiError::not_found(format!("There is no room {}.", request.room_alias));
    let alias = app.rooms.alias(&request.room_alias)?.ok_or_else(none)?;
    Ok(Response::new(alias.room, vec![app.rooms.server_name().to_owned()]))
}
