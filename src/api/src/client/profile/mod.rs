//! What people say about themselves (spec "Profiles").

mod get;
mod get_field;
mod remove_field;
mod set_field;

use crate::{ApiError, call::Call, routes::Routes};
use ruma::{UserId, api::auth_scheme::AccessToken};

pub(super) fn routes(routes: Routes) -> Routes {
    routes.on(get::handle).on(get_field::handle).on(remove_field::handle).on(set_field::handle)
}

/// Refuses changes of other people's profiles, and what guests and suspended accounts may not change.
fn may_change<T>(call: &Call<T>, user: &UserId, key: &str) -> Result<(), ApiError>
where
    T: crate::call::Endpoint<Authentication = AccessToken>,
{
    call.not_suspended()?;
    if key != "displayname" {
        call.not_guest()?;
    }
    if *user == *call.caller.user_id {
        return Ok(());
    }
    Err(ApiError::forbidden("This is the profile of somebody else."))
}
