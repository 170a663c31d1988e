//! `POST /_matrix/client/v3/account/deactivate`: closes the caller's account for good (spec "Account deactivation").

use crate::{ApiError, call::Call};
use ruma::api::client::account::{
    ThirdPartyIdRemovalStatus,
    deactivate::v3::{Request, Response},
};

/// # Errors
/// 401 with the stages to do.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, body, .. } = call;
    let caller = caller.ok_or_else(ApiError::missing_token)?;
    app.users.uia.confirm(&caller.user_id, "POST /account/deactivate", &body, request.auth.as_ref()).await?;
    app.users.deactivate(&caller.user_id, request.erase).await?;
    app.delayed.forget(caller.user).await?;
    tracing::info!(user = %caller.user_id, erase = request.erase, "deactivated their account");
    Ok(Response::new(ThirdPartyIdRemovalStatus::NoSupport))
}
