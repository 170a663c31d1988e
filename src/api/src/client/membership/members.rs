//! `GET /_matrix/client/v3/rooms/{roomId}/members`: the member events, now, at a place in the history, or as they were
//! when the caller left (spec "Getting events for a room").

use crate::{
    ApiError,
    call::Call,
    client::common::{entered_room, parse_place, shown, view},
};
use rooms::{Membership, ids::types};
use ruma::{
    api::client::membership::get_member_events::v3::{Request, Response},
    events::room::member::MembershipState,
};
use storage::Position;

/// # Errors
/// 403 for rooms that the caller has never been in.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let (room, membership) = entered_room(&app, &caller, &request.room_id)?;
    let left = match membership {
        Membership::Join => None,
        Membership::Leave | Membership::Ban => app.rooms.membership(room.num, caller.user)?,
        Membership::Invite | Membership::Knock => {
            return Err(ApiError::forbidden("You are not in this room."));
        }
    };
    let asked = request.at.as_deref().map(parse_place).transpose()?;
    let asked = asked.map(|order| Position(u64::try_from(order).unwrap_or(0)));
    let events = match (asked, left.map(|info| info.position)) {
        (None, None) => app.rooms.current_state_of_type(room.num, types::MEMBER)?,
        (at, until) => {
            let at = at.unwrap_or(app.store.visible());
            // Whoever got the whole history holds a token from before it, and means its beginning.
            let at = at.max(app.rooms.beginning(room.num)?).min(until.unwrap_or(Position(u64::MAX)));
            let root = app.rooms.state_root_at(room.num, at)?;
            let mut all = app.rooms.state_entries(room.num, root)?;
            all.retain(|(key, _)| key.event_type() == types::MEMBER);
            all
        }
    };
    let mut view = view(&app, &caller, &room);
    let mut chunk = Vec::new();
    for (_, num) in events {
        let Some(event) = app.rooms.event(num)? else { continue };
        let state = Membership::of_event(&event.pdu).map(MembershipState::from);
        let wanted = request.membership.is_none() || request.membership == state;
        let unwanted = request.not_membership.is_some() && request.not_membership == state;
        if wanted && !unwanted {
            chunk.push(shown(&mut view, &event)?);
        }
    }
    Ok(Response::new(chunk))
}
