//! `GET /_matrix/federation/v1/query/directory`: the room that an alias of this server stands for, and who is in it (spec
//! "Querying for information").

use crate::{ApiError, call::Call};
use federation::MOST_ALIAS_SERVERS;
use ruma::api::federation::query::get_room_information::v1::{Request, Response};

/// # Errors
/// 404 when there is none.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, request, .. } = call;
    let none = || ApiError::not_found(format!("There is no room {}.", request.room_alias));
    let alias = app.rooms.alias(&request.room_alias)?.ok_or_else(none)?;
    let room = app.rooms.require(&alias.room)?;
    let mut servers = app.rooms.servers_in(room.num)?;
    servers.truncate(MOST_ALIAS_SERVERS);
    Ok(Response::new(alias.room, servers))
}
