//! Who is here (spec "Presence").

mod get;
mod set;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.on(get::handle).on(set::handle)
}
