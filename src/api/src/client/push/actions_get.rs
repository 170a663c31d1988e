//! `GET /_matrix/client/v3/pushrules/global/{kind}/{ruleId}/actions`: what a push rule does (spec "Push Rules: API").

use crate::{ApiError, call::Call};
use ruma::api::client::push::get_pushrule_actions::v3::{Request, Response};

/// # Errors
/// 404 when there is no such rule.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let rule = app.users.push_rules.get(caller.user, &request.kind, &request.rule_id)?;
    Ok(Response::new(rule.actions().to_vec()))
}
