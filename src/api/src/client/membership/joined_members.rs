//! `GET /_matrix/client/v3/rooms/{roomId}/joined_members`: who is in the room, and how they are called there (spec
//! "Getting events for a room").

use crate::{ApiError, call::Call, client::common::joined_room};
use ruma::{
    OwnedMxcUri,
    api::client::membership::joined_members::v3::{Request, Response, RoomMember},
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a member event says of its member. Wrong types count as nothing said.
#[derive(Default, Deserialize)]
struct Content {
    #[serde(default)]
    displayname: Option<String>,
    #[serde(default)]
    avatar_url: Option<OwnedMxcUri>,
}

/// # Errors
/// 403 for rooms that the caller is not in.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let room = joined_room(&app, &caller, &request.room_id)?;
    let mut joined = BTreeMap::new();
    for (user, info) in app.rooms.members(room.num, |info| info.state == rooms::Membership::Join)? {
        let Some(event) = app.rooms.event(info.event)? else { continue };
        let content = event.pdu.content_as::<Content>().unwrap_or_default();
        let mut member = RoomMember::new();
        member.display_name = content.displayname;
        member.avatar_url = content.avatar_url;
        joined.insert(app.rooms.ids().user_id(user)?, member);
    }
    Ok(Response::new(joined))
}
