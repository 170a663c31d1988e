//! `GET /_matrix/client/v1/room_summary/{roomIdOrAlias}`: what a room is, for people who think of joining (spec "Room
//! Summaries").

use crate::{ApiError, call::Call, client::common::room_of};
use ruma::api::client::room::get_summary::v1::{Request, Response};

/// # Errors
/// 404 for rooms that nobody here knows, or that are not for the caller's eyes.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let none = || ApiError::not_found("There is no such room, or you may not see it.");
    let id = room_of(&app, &request.room_id_or_alias, request.via).await?.0;
    let room = app.rooms.room(&id)?.ok_or_else(none)?;
    let viewer = caller.as_ref().map(|caller| caller.user);
    if !app.rooms.may_preview(&room, viewer)? {
        return Err(none());
    }
    let mut response = Response::new(app.rooms.room_summary(&room)?);
    if let Some(viewer) = viewer {
        response.membership = app.rooms.membership(room.num, viewer)?.map(|info| info.state.into());
    }
    Ok(response)
}
