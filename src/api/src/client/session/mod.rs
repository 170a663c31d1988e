//! Accounts and log-ins (spec "Client Authentication", "Legacy API").

mod available;
mod login;
mod login_types;
mod logout;
mod logout_all;
mod refresh;
mod register;
mod whoami;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .on(available::handle)
        .with(login::router())
        .on(login_types::handle)
        .on(logout::handle)
        .on(logout_all::handle)
        .on(refresh::handle)
        .on(register::handle)
        .on(whoami::handle)
}
