//! What lies beyond bridges (spec "Third-party Lookups"). This server has none: there are no protocols, and nobody and nothing
//! is found through them.

mod location;
mod location_of_alias;
mod protocol;
mod protocols;
mod user;
mod user_of_id;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .on(location::handle)
        .on(location_of_alias::handle)
        .on(protocol::handle)
        .on(protocols::handle)
        .on(user::handle)
        .on(user_of_id::handle)
}
