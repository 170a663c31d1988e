//! `PUT /_matrix/client/v3/pushrules/global/{kind}/{ruleId}/actions`: changes what a push rule does (spec "Push Rules:
//! API").

use crate::{ApiError, call::Call};
use ruma::api::client::push::set_pushrule_actions::v3::{Request, Response};

/// # Errors
/// 404 when there is no such rule; 400 for too many actions.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.not_guest()?;
    let Call { app, caller, request, .. } = call;
    let Request { kind, rule_id, actions, .. } = request;
    app.users.push_rules.set_actions(caller.user, &kind, &rule_id, actions).await?;
    Ok(Response::new())
}
