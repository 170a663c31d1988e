//! Finding what was said (spec "Server Side Search").

mod around;
mod groups;
mod page;
mod query;
mod room_events;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.with(room_events::router())
}
