//! Making rooms (spec "Creation").

mod create;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.on(create::handle)
}
