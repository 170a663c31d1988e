//! `GET /_matrix/client/v3/directory/room/{roomAlias}`: the room that an alias stands for (spec "Room aliases").

use crate::{ApiError, call::Call, client::common::alias_of};
use ruma::api::client::alias::get_alias::v3::{Request, Response};

/// # Errors
/// 404 when there is none; 502 when its server does not answer.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, request, .. } = call;
    let (room, servers) = alias_of(&app, &request.room_alias).await?;
    Ok(Response::new(room, servers))
}
