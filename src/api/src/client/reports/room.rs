//! `POST /_matrix/client/v3/rooms/{roomId}/report`: reports a room; one need not be in it (spec "Reporting content").

use crate::{ApiError, call::Call, limits::Limited};
use ruma::api::client::room::report_room::v3::{Request, Response};
use users::reports::Reported;

/// # Errors
/// 404 for rooms that nobody here knows.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.not_guest()?;
    call.limit(Limited::Reports)?;
    let Call { app, caller, request, .. } = call;
    let room = app.rooms.require(&request.room_id)?;
    app.users.reports.add(caller.user, Reported::Room(room.num), request.reason, None).await?;
    Ok(Response::new())
}
