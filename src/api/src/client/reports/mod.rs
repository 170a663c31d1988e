//! Telling those who run the server what is wrong (spec "Reporting content").

mod event;
mod room;
mod user;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.on(event::handle).on(room::handle).on(user::handle)
}
