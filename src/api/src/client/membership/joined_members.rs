//! `GET /_matrix/client/v3/rooms/{roomId}/joined_members`: who is in the room, and how they are called there (spec
//! "Getting events for a room").
//!
//! Not through the typed machinery: that leaves out names and avatars that are null, which clients look for.

use crate::{ApiError, App, call::Caller, client::common::joined_room, extract::InPath};
use axum::{Json, Router, extract::State, routing::get};
use ruma::{OwnedMxcUri, OwnedRoomId, OwnedUserId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/_matrix/client/v3/rooms/{room_id}/joined_members", get(handle))
        .route("/_matrix/client/r0/rooms/{room_id}/joined_members", get(handle))
}

/// What a member event says of its member. Wrong types count as nothing said.
#[derive(Default, Deserialize)]
struct Content {
    #[serde(default)]
    displayname: Option<String>,
    #[serde(default)]
    avatar_url: Option<OwnedMxcUri>,
}

#[derive(Serialize)]
struct Members {
    joined: BTreeMap<OwnedUserId, Member>,
}

#[derive(Serialize)]
struct Member {
    display_name: Option<String>,
    avatar_url: Option<OwnedMxcUri>,
}

/// # Errors
/// 403 for rooms that the caller is not in.
async fn handle(
    State(app): State<App>,
    Caller(caller, _): Caller,
    InPath(room): InPath<OwnedRoomId>,
) -> Result<Json<Members>, ApiError> {
    let room = joined_room(&app, &caller, &room)?;
    let mut joined = BTreeMap::new();
    for (user, info) in app.rooms.members(room.num, |info| info.state == rooms::Membership::Join)? {
        let Some(event) = app.rooms.event(info.event)? else { continue };
        let content = event.pdu.content_as::<Content>().unwrap_or_default();
        let member = Member { display_name: content.displayname, avatar_url: content.avatar_url };
        joined.insert(app.rooms.ids().user_id(user)?, member);
    }
    Ok(Json(Members { joined }))
}
