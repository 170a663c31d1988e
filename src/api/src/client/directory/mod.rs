//! Aliases and the directory of public rooms (spec "Room aliases", "Published room directory").

mod alias_create;
mod alias_delete;
mod alias_get;
mod aliases;
mod public_rooms;
mod public_rooms_filtered;
mod summary;
mod visibility_get;
mod visibility_set;

pub(crate) use self::public_rooms::own_page;
use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .on(alias_create::handle)
        .on(alias_delete::handle)
        .on(alias_get::handle)
        .on(aliases::handle)
        .on(public_rooms::handle)
        .on(public_rooms_filtered::handle)
        .on(summary::handle)
        .on(visibility_get::handle)
        .on(visibility_set::handle)
}
