//! `POST /_matrix/client/v3/join/{roomIdOrAlias}`: comes in (spec "Joining rooms").

use crate::{
    ApiError, App,
    call::Call,
    client::common::{came_in, member_profile, never_was_in, room_of},
    limits::Limited,
};
use rooms::MemberChange;
use ruma::{
    OwnedRoomId, OwnedServerName,
    api::client::membership::join_room_by_id_or_alias::v3::{Request, Response},
};
use users::Identity;

/// Fields of member events that clients have no say in, and of the request that are not for the event.
const RESERVED: [&str; 6] = [
    "membership",
    "displayname",
    "avatar_url",
    "is_direct",
    "join_authorised_via_users_server",
    "third_party_signed",
];

/// # Errors
/// 403 when the room's join rules or a ban keep the caller out; 404 for rooms that no server is known to be in; 502 when none of
/// their servers answers; otherwise what these say.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.not_suspended()?;
    call.limit(Limited::Joins)?;
    let Call { app, caller, request, body, .. } = call;
    let place = room_of(&app, &request.room_id_or_alias, request.via).await?;
    enter(&app, &caller, place, &body).await.map(Response::new)
}

/// Joins with the caller's profile, through one of the servers if this one is not in the room. Further fields of the body become part of the member event.
pub(super) async fn enter(
    app: &App,
    caller: &Identity,
    (room, via): (OwnedRoomId, Vec<OwnedServerName>),
    body: &[u8],
) -> Result<OwnedRoomId, ApiError> {
    if caller.is_guest && !app.rooms.guests_may_join(&room)? {
        return Err(ApiError::new(
            ruma::api::error::ErrorKind::GuestAccessForbidden,
            "Guests may not join this room.",
        ));
    }
    let mut change = MemberChange::with_profile(member_profile(app, &caller.user_id)?);
    change.extra = serde_json::from_slice(body).unwrap_or_default();
    change.extra.retain(|key, _| !RESERVED.contains(&key.as_str()));
    let new = never_was_in(app, caller.user, &room)?;
    app.federation.join(&room, &caller.user_id, change, &via).await?;
    if new {
        came_in(app, caller.user, &room).await?;
    }
    Ok(room)
}
