//! `POST /_matrix/client/v3/users/{userId}/report`: reports a person (spec "Reporting content").

use crate::{ApiError, call::Call, limits::Limited};
use ruma::api::client::reporting::report_user::v3::{Request, Response};
use users::reports::Reported;

/// # Errors
/// 404 for people whom nobody here has heard of.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.not_guest()?;
    call.limit(Limited::Reports)?;
    let Call { app, caller, request, .. } = call;
    let user = request.user_id;
    let known = if app.rooms.is_local(&user) {
        app.users.accounts.get(&user)?.is_some()
    } else {
        app.rooms.ids().find_user(&user)?.is_some()
    };
    if !known {
        return Err(ApiError::not_found(format!("Nobody here knows {user}.")));
    }
    app.users.reports.add(caller.user, Reported::User(user), request.reason, None).await?;
    Ok(Response::new())
}
