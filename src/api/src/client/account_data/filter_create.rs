//! `POST /_matrix/client/v3/user/{userId}/filter`: keeps a filter for later requests (spec "Filtering").

use super::own;
use crate::{ApiError, call::Call, client::common::raw};
use ruma::api::client::filter::create_filter::v3::{Request, Response};

/// # Errors
/// 403 for other people's; 400 for filters of the wrong shape and for too many; 413 for too large ones.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, body, .. } = call;
    own(&caller, &request.user_id)?;
    let filter = raw(body.into())?;
    Ok(Response::new(app.users.filters.create(caller.user, &filter).await?))
}
