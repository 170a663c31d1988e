//! `GET /_matrix/client/v3/keys/changes`: whose devices changed between two syncs (spec "Key management API").

use crate::{ApiError, call::Call};
use ::sync::Token;
use ruma::api::client::keys::get_key_changes::v3::{Request, Response};

/// # Errors
/// 400 `M_INVALID_PARAM` for what is no token of /sync.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let read = |text: &str| Token::parse(text).ok_or_else(|| ApiError::no_token(text));
    let (from, to) = (read(&request.from)?.position, read(&request.to)?.position);
    let to = to.min(app.store.visible());
    let neighbours = app.users.neighbours.changes(caller.user, from, to)?;
    let lists = app.users.keys.changes(caller.user, (from, to), &neighbours)?;
    Ok(Response::new(lists.changed, lists.left))
}
