//! What people have read, who types, what is new (spec "Receipts", "Read and unread markers", "Typing notifications",
//! "Syncing").

mod marker;
mod receipt;
mod sync;
mod typing;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.on(marker::handle).on(receipt::handle).on(typing::handle).with(sync::router())
}
