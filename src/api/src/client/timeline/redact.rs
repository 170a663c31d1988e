//! `PUT /_matrix/client/v3/rooms/{roomId}/redact/{eventId}/{txnId}`: takes back what an event said (spec "Redactions").

use crate::{ApiError, call::Call, limits::Limited};
use rooms::{Draft, TxnKey};
use ruma::{
    api::client::redact::redact_event::v3::{Request, Response},
    events::TimelineEventType,
};
use serde_json::{json, value::to_raw_value};

/// # Errors
/// 403 when the event is somebody else's and the caller has no power to redact; 404 when there is no such event.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.limit(Limited::Messages)?;
    let Call { app, caller, request, .. } = call;
    let content = request.reason.map_or_else(|| json!({}), |reason| json!({ "reason": reason }));
    let content = to_raw_value(&content).map_err(ApiError::internal)?;
    let mut draft = Draft::message(caller.user_id.clone(), TimelineEventType::RoomRedaction, content);
    draft.redacts = Some(request.event_id);
    draft.txn = Some(TxnKey { device: caller.device, txn_id: request.txn_id.to_string() });
    let sent = app.rooms.send(&request.room_id, draft).await?;
    Ok(Response::new(sent.event_id))
}
