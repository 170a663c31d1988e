//! `POST /_matrix/client/v3/rooms/{roomId}/leave`: goes, declines an invite or takes a knock back (spec "Leaving
//! rooms").

use crate::{ApiError, call::Call};
use rooms::MemberChange;
use ruma::api::client::membership::leave_room::v3::{Request, Response};

/// # Errors
/// 403 for rooms that the caller has nothing to do with; 404 for rooms that nobody here knows.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    app.federation.leave(&request.room_id, &caller.user_id, MemberChange::because(request.reason)).await?;
    Ok(Response::new())
}
