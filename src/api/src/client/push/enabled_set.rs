//! `PUT /_matrix/client/v3/pushrules/global/{kind}/{ruleId}/enabled`: turns a push rule on or off (spec "Push Rules: API").

use crate::{ApiError, call::Call};
use ruma::api::client::push::set_pushrule_enabled::v3::{Request, Response};

/// # Errors
/// 404 when there is no such rule.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.not_guest()?;
    let Call { app, caller, request, .. } = call;
    let rules = &app.users.push_rules;
    rules.set_enabled(caller.user, &request.kind, &request.rule_id, request.enabled).await?;
    Ok(Response::new())
}
