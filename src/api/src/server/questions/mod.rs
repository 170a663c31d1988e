//! What servers ask for their people.

mod directory;
mod hierarchy;
mod openid;
mod profile;
mod public_rooms;
mod public_rooms_filtered;

use crate::routes::Routes;

/// Those that must be signed.
pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .on(directory::handle)
        .on(hierarchy::handle)
        .on(profile::handle)
        .on(public_rooms::handle)
        .on(public_rooms_filtered::handle)
}

/// Those that anybody may ask.
pub(super) fn open_routes(routes: Routes) -> Routes {
    routes.on(openid::handle)
}
