//! `GET /_matrix/client/v3/user/{userId}/filter/{filterId}`: a filter that was kept (spec "Filtering").

use super::own;
use crate::{ApiError, call::Call};
use ruma::api::client::filter::get_filter::v3::{Request, Response};

/// # Errors
/// 403 for other people's; 404 when there is none with this id.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    own(&caller, &request.user_id)?;
    let filter = app.users.filters.parsed(caller.user, &request.filter_id)?;
    let filter = filter.ok_or_else(|| ApiError::not_found("There is no such filter."))?;
    Ok(Response::new((*filter).clone()))
}
