//! `GET /_matrix/federation/v1/hierarchy/{roomId}`: a room of a space and its children (spec "Spaces").

use crate::{ApiError, App, call::Call, client::raw};
use rooms::{RoomRef, SpaceRoom};
use ruma::{
    ServerName,
    api::federation::space::{
        SpaceHierarchyParentSummary,
        get_hierarchy::v1::{Request, Response},
    },
    serde::Raw,
};

/// The most children that are told of.
const MOST: usize = 1_000;

/// # Errors
/// 404 for rooms that are not for that server's eyes.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let refused = || ApiError::not_found("There is no such room, or you may not see it.");
    let room = visible(&app, &request.room_id, &caller)?.ok_or_else(refused)?;
    let SpaceRoom { summary, mut children } = app.rooms.space_room(&room)?;
    children.retain(|child| !request.suggested_only || child.suggested);
    children.truncate(MOST);
    let mut events = Vec::with_capacity(children.len());
    let (mut accessible, mut inaccessible) = (Vec::new(), Vec::new());
    for child in children {
        events.push(Raw::from_json(raw(child.json.into_bytes())?));
        let known = app.rooms.room(&child.room)?.is_some();
        match visible(&app, &child.room, &caller)? {
            Some(room) => accessible.push(app.rooms.room_summary(&room)?),
            None if known => inaccessible.push(child.room),
            None => {}
        }
    }
    let mut response = Response::new(SpaceHierarchyParentSummary::new(summary, events));
    response.children = accessible;
    response.inaccessible_children = inaccessible;
    Ok(response)
}

/// A room that this server is in, if that one may be told of it.
fn visible(app: &App, room: &ruma::RoomId, server: &ServerName) -> Result<Option<RoomRef>, ApiError> {
    let Some(room) = app.rooms.room(room)? else { return Ok(None) };
    let may = app.rooms.is_resident(room.num)?
        && app.rooms.acl_allows(room.num, server)?
        && app.rooms.may_preview_to(&room, server)?;
    Ok(may.then_some(room))
}
