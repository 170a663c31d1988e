//! Looking into rooms without joining (spec "Room previews").

mod events;
mod initial_sync;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.on(events::handle).on(initial_sync::handle)
}
