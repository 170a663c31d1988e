//! `PUT /_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}`: changes the state of a room (spec "Sending
//! events to a room").

use crate::{
    ApiError, App,
    call::Call,
    client::common::{came_in, never_was_in},
    limits::Limited,
};
use rooms::{Draft, Sent, UserNum};
use ruma::{
    RoomId, UserId,
    api::client::state::send_state_event::v3::{Request, Response},
    events::TimelineEventType,
};
use serde::Deserialize;
use serde_json::{
    Map, Value,
    value::{RawValue, to_raw_value},
};
use std::borrow::Cow;

/// # Errors
/// 403 when the caller may not; 400 `M_BAD_ALIAS` for aliases that do not lead here; 400 `M_BAD_JSON` for contents that
/// no event can have; 413 for too large ones.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.not_suspended()?;
    call.limit(Limited::Messages)?;
    let Call { app, caller, request, .. } = call;
    let kind = TimelineEventType::from(request.event_type.to_string());
    let draft = Draft::state(caller.user_id.clone(), kind, request.state_key, request.body.into_json());
    let sent = put_state(&app, caller.user, &request.room_id, draft).await?;
    app.users.presence.active(&caller)?;
    Ok(Response::new(sent.event_id))
}

/// Sends a state event of `user`, who may also join in this way.
///
/// # Errors
/// As for the endpoint.
pub(crate) async fn put_state(
    app: &App,
    user: UserNum,
    room: &RoomId,
    mut draft: Draft,
) -> Result<Sent, ApiError> {
    let own = draft.kind == TimelineEventType::RoomMember
        && draft.state_key.as_deref() == Some(draft.sender.as_str());
    if !own {
        check_invite(app, &draft)?;
        return Ok(app.rooms.send(room, draft).await?);
    }
    draft.content = without_voucher(draft.content)?;
    let new = never_was_in(app, user, room)?;
    let sent = app.rooms.send(room, draft).await?;
    if new && app.rooms.is_joined(app.rooms.require(room)?.num, user)? {
        came_in(app, user, room).await?;
    }
    Ok(sent)
}

/// Whoever is invited in this way may not want to be.
fn check_invite(app: &App, draft: &Draft) -> Result<(), ApiError> {
    #[derive(Deserialize)]
    struct Content<'a> {
        #[serde(borrow)]
        membership: Cow<'a, str>,
    }
    if draft.kind == TimelineEventType::RoomMember
        && serde_json::from_str::<Content<'_>>(draft.content.get())
            .is_ok_and(|content| content.membership == "invite")
        && let Some(Ok(invited)) = draft.state_key.as_deref().map(<&UserId>::try_from)
    {
        app.users.account_data.check_invite(invited)?;
    }
    Ok(())
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
