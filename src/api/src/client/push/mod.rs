//! What notifies whom, and where to (spec "Push Notifications").

mod actions_get;
mod actions_set;
mod enabled_get;
mod enabled_set;
mod notifications;
mod pusher_set;
mod pushers;
mod rule_get;
mod rule_put;
mod rule_remove;
mod rules;
mod rules_global;

use crate::routes::Routes;
use ruma::api::client::push::get_pushrules_all;

/// As some clients write it.
const WITHOUT_SLASH: &str = "/_matrix/client/v3/pushrules";

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .on(actions_get::handle)
        .on(actions_set::handle)
        .on(enabled_get::handle)
        .on(enabled_set::handle)
        .on(notifications::handle)
        .with(pusher_set::router())
        .with(pushers::router())
        .on(rule_get::handle)
        .on(rule_put::handle)
        .on(rule_remove::handle)
        .on(rules::handle)
        .at::<get_pushrules_all::v3::Request, _, _>(WITHOUT_SLASH, rules::handle)
        .on(rules_global::handle)
}
