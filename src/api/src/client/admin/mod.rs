//! What the people who run the server may do (spec "Server Administration"), and the endpoints of Synapse's admin API
//! for making accounts and for reports.

mod lock;
mod locked;
mod register;
mod reports;
mod suspend;
mod suspended;
mod whois;

use crate::{ApiError, App, routes::Routes};
use ruma::UserId;
use users::{Account, Identity};

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .on(lock::handle)
        .on(locked::handle)
        .on(suspend::handle)
        .on(suspended::handle)
        .on(whois::handle)
        .with(register::router())
        .with(reports::router())
}

fn only_admins(caller: &Identity) -> Result<(), ApiError> {
    if caller.is_admin { Ok(()) } else { Err(ApiError::forbidden("Only admins of this server may do this.")) }
}

/// The account that an admin asks about.
fn account(app: &App, caller: &Identity, user: &UserId) -> Result<Account, ApiError> {
    only_admins(caller)?;
    if !app.rooms.is_local(user) {
        return Err(ApiError::invalid_param(format!("{user} is not an account of this server.")));
    }
    let found = app.users.accounts.get(user)?.filter(|account| !account.is_deactivated);
    found.ok_or_else(|| ApiError::not_found(format!("There is nobody called {user} here.")))
}

/// An account that an admin may lock or suspend: not their own, not another admin's (spec "Account locking").
fn subject(app: &App, caller: &Identity, user: &UserId) -> Result<Account, ApiError> {
    let account = account(app, caller, user)?;
    if account.is_admin {
        return Err(ApiError::forbidden("Admins can't be locked or suspended."));
    }
    Ok(account)
}
