//! `GET /_matrix/client/v3/rooms/{roomId}/state/{eventType}/{stateKey}`: one state event, or its content alone (spec
//! "Getting events for a room").

use crate::{
    ApiError,
    call::Call,
    client::common::{entered_room, raw, view},
};
use rooms::Membership;
use ruma::{
    api::client::state::get_state_event_for_key::v3::{Request, Response, StateEventFormat},
    events::room::history_visibility::HistoryVisibility,
};

/// # Errors
/// 403 for rooms that the caller has never been in and that not everybody may read; 404 when there is no such state.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let refused = || ApiError::forbidden("You are not in this room.");
    let room = app.rooms.room(&request.room_id)?.ok_or_else(refused)?;
    let readable = app.rooms.history_visibility(room.num)? == HistoryVisibility::WorldReadable;
    let upto = match entered_room(&app, &caller, &room.id) {
        Ok((_, Membership::Join)) => None,
        _ if readable => None,
        Ok((_, Membership::Leave | Membership::Ban)) => app.rooms.membership(room.num, caller.user)?,
        Ok(_) | Err(_) => return Err(refused()),
    };
    let kind = request.event_type.to_string();
    let none = || ApiError::not_found(format!("The room has no {kind} state with this key."));
    let key = app.rooms.ids().find_state_key(&kind, &request.state_key)?.ok_or_else(none)?;
    let num = match upto {
        None => app.rooms.current_state_event(room.num, key)?,
        Some(info) => {
            let root = app.rooms.state_root_at(room.num, info.position)?;
            app.rooms.state_get(room.num, root, key)?
        }
    };
    let event = num.map(|num| app.rooms.event(num)).transpose()?.flatten().ok_or_else(none)?;
    let whole = view(&app, &caller, &room).json(&event)?;
    let json = match request.format {
        StateEventFormat::Event => raw(whole)?,
        // Not from the signed event: a redacted one has lost its content.
        _ => content_of(&whole)?,
    };
    Ok(Response::new(json))
}

fn content_of(event: &[u8]) -> Result<Box<serde_json::value::RawValue>, ApiError> {
    #[derive(serde::Deserialize)]
    struct Event {
        content: Box<serde_json::value::RawValue>,
    }
    Ok(serde_json::from_slice::<Event>(event).map_err(ApiError::internal)?.content)
}
