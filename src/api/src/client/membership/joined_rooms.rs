//! `GET /_matrix/client/v3/joined_rooms`: the rooms that the caller is in (spec "Room membership").

use crate::{ApiError, call::Call};
use ruma::api::client::membership::joined_rooms::v3::{Request, Response};

/// # Errors
/// None of its own.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, .. } = call;
    let rooms = app.rooms.joined_rooms(caller.user)?;
    let ids = rooms.into_iter().map(|room| app.rooms.ids().room_id(room)).collect::<Result<_, _>>()?;
    Ok(Response::new(ids))
}
