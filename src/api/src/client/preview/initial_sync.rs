//! `GET /_matrix/client/v3/rooms/{roomId}/initialSync`: a room as it is, with its latest events (spec "Room previews").

use crate::{
    ApiError,
    call::Call,
    client::common::{own_state, place, readable_room, shown, shown_visible, view},
};
use rooms::{Direction, Membership, order_of};
use ruma::{
    api::client::{
        peeking::get_current_state::v3::{PaginationChunk, Request, Response},
        room::Visibility,
    },
    serde::Raw,
};
use serde_json::json;

/// Events that it shows.
const EVENTS: usize = 20;

/// # Errors
/// 403 for rooms that the caller may not read.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let room = readable_room(&app, &caller, &request.room_id)?;
    let info = app.rooms.membership(room.num, caller.user)?;
    let left = info.filter(|info| matches!(info.state, Membership::Leave | Membership::Ban));
    let newest = order_of(left.map_or(app.store.visible(), |info| info.position));
    let page = app.rooms.timeline(room.num, Some(newest), Direction::Backward, EVENTS)?;
    let oldest = page.events.last().map_or(newest, |(order, _)| order.saturating_sub(1));
    let mut view = view(&app, &caller, &room);
    let events = page.events.into_iter().rev().map(|(_, event)| event);
    let mut messages = PaginationChunk::new(shown_visible(&app, &mut view, events)?, place(newest));
    messages.start = Some(place(oldest));

    let state = match own_state(&app, &caller, &room)? {
        Some(state) => state,
        // Whoever may read the room without ever having been in it sees it as it is now.
        None => app.rooms.full_state(room.num)?,
    };
    let mut response = Response::new(room.id.clone());
    response.messages = Some(messages);
    response.state = state.iter().map(|event| shown(&mut view, event)).collect::<Result<_, _>>()?;
    response.membership = info.map(|info| info.state.into());
    response.visibility =
        Some(if app.rooms.is_public(room.num) { Visibility::Public } else { Visibility::Private });
    for data in app.users.account_data.of_room(caller.user, room.num)? {
        let event = json!({ "type": data.kind, "content": data.content });
        response.account_data.push(Raw::new(&event).map_err(ApiError::internal)?.cast_unchecked());
    }
    Ok(response)
}
