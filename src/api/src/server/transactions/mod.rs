//! What other servers send (server-server API, "Transactions").

mod send;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.on(send::handle)
}
