//! Keys of the devices of people here, for other servers.

mod claim;
mod devices;
mod query;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.on(claim::handle).on(devices::handle).on(query::handle)
}
