//! The state of a room (spec "Getting events for a room", "Sending events to a room").

mod all;
mod get;
mod send;

pub(crate) use self::send::put_state;

use super::delayed;
use crate::routes::Routes;
use ruma::api::client::state::{get_state_event_for_key, send_state_event};

/// The paths of state events with an empty key, which the spec lets clients write without it.
const WITHOUT_KEY: [&str; 4] = [
    "/_matrix/client/v3/rooms/{room_id}/state/{event_type}",
    "/_matrix/client/v3/rooms/{room_id}/state/{event_type}/",
    "/_matrix/client/r0/rooms/{room_id}/state/{event_type}",
    "/_matrix/client/r0/rooms/{room_id}/state/{event_type}/",
];

pub(super) fn routes(routes: Routes) -> Routes {
    let routes = routes.on(all::handle).on(get::handle).on_or(delayed::DELAY, &delayed::state, send::handle);
    WITHOUT_KEY.into_iter().fold(routes, |routes, path| {
        routes
            .at::<get_state_event_for_key::v3::Request, _, _>(path, get::handle)
            .at_or::<send_state_event::v3::Request, _, _, _, _>(
            path,
            delayed::DELAY,
            &delayed::handle_without_key,
            send::handle,
        )
    })
}
