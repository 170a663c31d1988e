//! Coming and going (spec "Room membership").

mod ban;
mod forget;
mod invite;
mod join;
mod join_by_id;
mod joined_members;
mod joined_rooms;
mod kick;
mod knock;
mod leave;
mod members;
mod unban;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .on(ban::handle)
        .on(forget::handle)
        .on(invite::handle)
        .on(join::handle)
        .on(join_by_id::handle)
        .on(joined_rooms::handle)
        .on(kick::handle)
        .on(knock::handle)
        .on(leave::handle)
        .on(members::handle)
        .on(unban::handle)
        .with(joined_members::router())
}
