//! The keys that servers sign with.

mod own;
mod query;
mod query_one;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .on(own::handle)
        .at::<ruma::api::federation::discovery::get_server_keys::v2::Request, _, _>(
            "/_matrix/key/v2/server/{key_id}",
            own::handle,
        )
        .on(query::handle)
        .on(query_one::handle)
}
