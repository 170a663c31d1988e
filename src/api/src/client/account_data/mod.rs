//! What clients keep on the server (spec "Client Config", "Room Tagging", "Filtering").

mod filter_create;
mod filter_get;
mod get;
mod get_in_room;
mod set;
mod set_in_room;
mod tag_remove;
mod tag_set;
mod tags;

use crate::{ApiError, App, routes::Routes};
use rooms::RoomNum;
use ruma::{RoomId, UserId};
use users::Identity;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .on(filter_create::handle)
        .on(filter_get::handle)
        .on(get::handle)
        .on(get_in_room::handle)
        .on(set::handle)
        .on(set_in_room::handle)
        .on(tag_remove::handle)
        .on(tag_set::handle)
        .on(tags::handle)
}

/// Everybody sees and changes their own data only.
fn own(caller: &Identity, user: &UserId) -> Result<(), ApiError> {
    if *user == *caller.user_id {
        return Ok(());
    }
    Err(ApiError::forbidden("This belongs to somebody else."))
}

/// A room that this server has heard of; the caller need not be in it.
fn known_room(app: &App, room: &RoomId) -> Result<RoomNum, ApiError> {
    let known = app.rooms.ids().find_room(room)?;
    known.ok_or_else(|| ApiError::not_found(format!("This server does not know the room {room}.")))
}
