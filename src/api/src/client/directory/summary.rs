//! `GET /_matrix/client/v1/room_summary/{roomIdOrAlias}`: what a room is, for people who think of joining (spec "Room
//! Summaries").

use crate::{ApiError, App, call::Call, client::common::room_of};
use ruma::{
    OwnedServerName, RoomId,
    api::client::room::get_summary::v1::{Request, Response},
    room::RoomSummary,
};
use users::Identity;

/// # Errors
/// 404 for rooms that neither this server nor one of `via` knows, or that are not for the caller's eyes. Other servers are asked
/// for people of this one only.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let (id, via) = room_of(&app, &request.room_id_or_alias, request.via).await?;
    let summary = summary(&app, caller.as_deref(), &id, &via).await?;
    let summary =
        summary.ok_or_else(|| ApiError::not_found("There is no such room, or you may not see it."))?;
    let mut response = Response::new(summary);
    if let Some(caller) = &caller
        && let Some(room) = app.rooms.room(&id)?
    {
        response.membership = app.rooms.membership(room.num, caller.user)?.map(|info| info.state.into());
    }
    Ok(response)
}

async fn summary(
    app: &App,
    caller: Option<&Identity>,
    id: &RoomId,
    via: &[OwnedServerName],
) -> Result<Option<RoomSummary>, ApiError> {
    let known = app.rooms.room(id)?;
    let is_here = known.as_ref().map(|room| app.rooms.is_present(room.num)).transpose()?;
    if let Some(caller) = caller
        && is_here != Some(true)
        && let Some(told) = app.federation.summary_elsewhere(id, (caller.user, &caller.user_id), via).await?
    {
        return Ok(Some(told));
    }
    // Of rooms elsewhere, what is known from an invite or from earlier is better than nothing.
    let Some(room) = known else { return Ok(None) };
    let may = app.rooms.may_preview(&room, caller.map(|caller| caller.user))?;
    Ok(if may { Some(app.rooms.room_summary(&room)?) } else { None })
}
