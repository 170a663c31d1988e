//! What concerns the caller's own account (spec "Account management").

mod contacts;
mod deactivate;
mod openid;
mod password;
mod registration_token;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .on(contacts::handle)
        .on(deactivate::handle)
        .on(openid::handle)
        .on(password::handle)
        .on(registration_token::handle)
}
