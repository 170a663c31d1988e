//! Finding people, here and beyond bridges (spec "User Directory", "Mutual Rooms", "Third-party Lookups").

mod mutual_rooms;
mod search;
mod third_party;

use crate::routes::Routes;
use ruma::api::client::membership::get_mutual_rooms;

pub(super) fn routes(routes: Routes) -> Routes {
    let routes = routes
        .on(mutual_rooms::handle)
        .at::<get_mutual_rooms::v1::Request, _, _>(mutual_rooms::UNSTABLE, mutual_rooms::handle)
        .on(search::handle);
    third_party::routes(routes)
}
