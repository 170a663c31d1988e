//! `POST /_matrix/client/v3/rooms/{roomId}/report/{eventId}`: reports an event (spec "Reporting content").

use crate::{
    ApiError,
    call::Call,
    client::common::{joined_room, view, visible_event},
    limits::Limited,
};
use ruma::api::client::room::report_content::v3::{Request, Response};
use serde::Deserialize;
use users::reports::Reported;

/// The body's other field, which the spec has dropped and old clients send.
#[derive(Default, Deserialize)]
struct Score {
    score: Option<i64>,
}

/// # Errors
/// 404 for rooms that the caller is not in, and for events that are not there or not for their eyes.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.not_guest()?;
    call.limit(Limited::Reports)?;
    let Call { app, caller, request, body, .. } = call;
    let none = || ApiError::not_found("There is no such event, or you may not see it.");
    let room = joined_room(&app, &caller, &request.room_id).map_err(|_| none())?;
    let event = visible_event(&app, &mut view(&app, &caller, &room), &room, &request.event_id)?;
    let score = serde_json::from_slice::<Score>(&body).unwrap_or_default().score;
    let about = Reported::Event(room.num, event.pdu.owned_event_id().clone());
    app.users.reports.add(caller.user, about, request.reason.unwrap_or_default(), score).await?;
    Ok(Response::new())
}
