//! What servers may ask before they know each other.

mod version;
mod well_known;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.on(version::handle).on(well_known::handle)
}
