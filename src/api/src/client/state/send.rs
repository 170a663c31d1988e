//! `PUT /_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}`: changes the state of a room (spec "Sending
//! events to a room").

use crate::{
    ApiError,
    call::Call,
    client::common::{came_in, entered_room, never_was_in},
    limits::Limited,
};
use rooms::{Draft, Membership};
use ruma::{
    api::client::state::send_state_event::v3::{Request, Response},
    events::TimelineEventType,
};
use serde_json::{
    Map, Value,
    value::{RawValue, to_raw_value},
};

/// # Errors
/// 403 when the caller may not; 400 `M_BAD_ALIAS` for aliases that do not lead here; 400 `M_BAD_JSON` for contents that
/// no event can have; 413 for too large ones.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.not_suspended()?;
    call.limit(Limited::Messages)?;
    let Call { app, caller, request, .. } = call;
    let kind = TimelineEventType::from(request.event_type.to_string());
    // A join may also be made this way.
    let own = kind == TimelineEventType::RoomMember && request.state_key == caller.user_id.as_str();
    let new = own && never_was_in(&app, &caller, &request.room_id)?;
    let content = request.body.into_json();
    let content = if own { without_voucher(content)? } else { content };
    let draft = Draft::state(caller.user_id.clone(), kind, request.state_key, content);
    let sent = app.rooms.send(&request.room_id, draft).await?;
    app.users.presence.active(&caller)?;
    if new && entered_room(&app, &caller, &request.room_id)?.1 == Membership::Join {
        came_in(&app, &caller, &request.room_id).await?;
    }
    Ok(Response::new(sent.event_id))
}

/// Who lets somebody into a restricted room is the server's to say, and not the client's.
fn without_voucher(content: Box<RawValue>) -> Result<Box<RawValue>, ApiError> {
    let Ok(mut fields) = serde_json::from_str::<Map<String, Value>>(content.get()) else {
        return Ok(content);
    };
    if fields.remove("join_authorised_via_users_server").is_none() {
        return Ok(content);
    }
    to_raw_value(&fields).map_err(ApiError::internal)
}
