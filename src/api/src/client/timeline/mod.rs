//! What happens in rooms: sending, reading back, what relates to what (spec "Room participation", "Event
//! relationships").

mod context;
mod event;
mod messages;
mod redact;
mod relations;
mod relations_of_kind;
mod relations_of_type;
mod send;
mod threads;
mod timestamp;

use super::delayed;
use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .on(context::handle)
        .on(event::handle)
        .on(redact::handle)
        .on(relations::handle)
        .on(relations_of_kind::handle)
        .on(relations_of_type::handle)
        .on_or(delayed::DELAY, &delayed::message, send::handle)
        .on(threads::handle)
        .on(timestamp::handle)
        .with(messages::router())
}
