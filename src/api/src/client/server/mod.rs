//! What the server is and can (spec "Server administration", "Capabilities negotiation").

mod capabilities;
mod versions;
mod well_known;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.with(capabilities::router()).on(versions::handle).on(well_known::handle)
}
