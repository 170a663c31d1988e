//! Events and states that other servers ask for (server-server API, "Transactions", "Retrieving event authorization
//! information", "Backfilling and retrieving missing events", "Retrieving events").

mod auth;
mod backfill;
mod event;
mod missing;
mod state;
mod state_ids;
mod timestamp;

use crate::{ApiError, App, routes::Routes};
use rooms::{EventNum, RoomRef, StateRoot, StoredEvent};
use ruma::{EventId, RoomId, ServerName};
use serde_json::value::RawValue;
use std::sync::Arc;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .on(auth::handle)
        .on(backfill::handle)
        .on(event::handle)
        .on(missing::handle)
        .on(state::handle)
        .on(state_ids::handle)
        .on(timestamp::handle)
}

/// A room that the asking server is in and that lets it take part.
fn shared_room(app: &App, server: &ServerName, room: &RoomId) -> Result<RoomRef, ApiError> {
    let room =
        app.rooms.room(room)?.ok_or_else(|| ApiError::not_found("This server does not know the room."))?;
    check_room(app, server, &room)?;
    Ok(room)
}

fn check_room(app: &App, server: &ServerName, room: &RoomRef) -> Result<(), ApiError> {
    if !app.rooms.is_server_in(room.num, server)? {
        return Err(ApiError::forbidden(format!("Nobody of {server} is in the room.")));
    }
    if !app.rooms.acl_allows(room.num, server)? {
        return Err(ApiError::forbidden(format!("The room's access control list keeps {server} out.")));
    }
    Ok(())
}

/// An event of a room that has its place there.
fn event_in(app: &App, room: &RoomRef, event: &EventId) -> Result<Arc<StoredEvent>, ApiError> {
    let found = app.rooms.event_by_id(event)?;
    let found = found.filter(|event| event.meta.room == room.num && !event.meta.flags.outlier);
    found.ok_or_else(|| {
        ApiError::not_found("This server does not know the event, or not its place in the room.")
    })
}

/// The events of a state, and all that authorize them.
fn state_of(app: &App, room: &RoomRef, root: StateRoot) -> Result<(Vec<EventNum>, Vec<EventNum>), ApiError> {
    let entries = app.rooms.state_entries(room.num, root)?;
    let state: Vec<EventNum> = entries.into_iter().map(|(_, num)| num).collect();
    let chain = app.rooms.auth_chain(room, &state)?;
    Ok((state, chain))
}

/// Events as they are sent to other servers, whatever the history visibility: they are needed to judge others.
fn whole(app: &App, room: &RoomRef, events: &[EventNum]) -> Result<Vec<Box<RawValue>>, ApiError> {
    let events = app.rooms.events(events)?;
    events.iter().map(|event| raw(app.rooms.federated(room, event, false)?)).collect()
}

fn raw(json: String) -> Result<Box<RawValue>, ApiError> {
    RawValue::from_string(json).map_err(ApiError::internal)
}
