//! Making and replacing rooms, and what is in spaces (spec "Creation", "Room upgrades", "Spaces").

mod create;
mod hierarchy;
mod upgrade;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.on(create::handle).on(hierarchy::handle).on(upgrade::handle)
}
