//! `DELETE /_matrix/client/v3/pushrules/global/{kind}/{ruleId}`: removes a push rule (spec "Push Rules: API").

use crate::{ApiError, call::Call};
use ruma::api::client::push::delete_pushrule::v3::{Request, Response};

/// # Errors
/// 404 when there is no such rule; 400 for rules of the server.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.not_guest()?;
    let Call { app, caller, request, .. } = call;
    app.users.push_rules.remove(caller.user, &request.kind, &request.rule_id).await?;
    Ok(Response::new())
}
