//! `GET /_matrix/client/v3/rooms/{roomId}/context/{eventId}`: an event with what came before and after it (spec
//! "Event context").

use crate::{
    ApiError,
    call::Call,
    client::common::{limit, place, shown, view, visible_event},
};
use rooms::ids::types;
use ruma::api::client::context::get_context::v3::{Request, Response};
use std::collections::HashSet;
use sync::EventFilter;

/// Events around it when the client doesn't say, and at the most.
const DEFAULT: usize = 10;
const MOST: usize = 100;

/// # Errors
/// 404 for events that are not there, or not for the caller's eyes.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let none = || ApiError::not_found("There is no such event, or you may not see it.");
    let room = app.rooms.room(&request.room_id)?.ok_or_else(none)?;
    let mut view = view(&app, &caller, &room);
    let event = visible_event(&app, &mut view, &room, &request.event_id)?;
    let lazy = !request.filter.lazy_load_options.is_disabled();
    let filter = EventFilter::from(request.filter);
    let around = match u64::from(request.limit) {
        0 => 0,
        _ => limit(Some(request.limit), DEFAULT, MOST),
    };
    let around = (around / 2, around - around / 2);
    let context = app
        .rooms
        .context(&room, caller.user, event.num, around, |event| filter.takes_event(event))?
        .ok_or_else(none)?;

    let speakers: HashSet<_> = context
        .before
        .iter()
        .chain(&context.after)
        .chain([&context.event])
        .map(|event| event.pdu.sender().as_str().to_owned())
        .collect();
    let mut state = Vec::new();
    for (key, num) in app.rooms.state_entries(room.num, context.state)? {
        let Some(event) = app.rooms.event(num)? else { continue };
        let silent = lazy
            && key.event_type() == types::MEMBER
            && !event.pdu.state_key().is_some_and(|key| speakers.contains(key));
        if !silent && filter.takes_event(&event) {
            state.push(shown(&mut view, &event)?);
        }
    }
    let mut response = Response::new();
    response.start = Some(place(context.start));
    response.end = Some(place(context.end));
    response.event = Some(shown(&mut view, &context.event)?);
    response.events_before =
        context.before.iter().map(|event| shown(&mut view, event)).collect::<Result<_, _>>()?;
    response.events_after =
        context.after.iter().map(|event| shown(&mut view, event)).collect::<Result<_, _>>()?;
    response.state = state;
    Ok(response)
}
