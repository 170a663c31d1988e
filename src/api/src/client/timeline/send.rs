//! `PUT /_matrix/client/v3/rooms/{roomId}/send/{eventType}/{txnId}`: sends a message (spec "Sending events to a room").

use crate::{ApiError, call::Call, limits::Limited};
use rooms::{Draft, TxnKey};
use ruma::{
    api::client::message::send_message_event::v3::{Request, Response},
    events::TimelineEventType,
};

/// # Errors
/// 403 when the caller may not speak here; 400 `M_BAD_JSON` for contents that no event can have; 413 for too large ones.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.not_suspended()?;
    call.limit(Limited::Messages)?;
    let Call { app, caller, request, .. } = call;
    let kind = TimelineEventType::from(request.event_type.to_string());
    let mut draft = Draft::message(caller.user_id.clone(), kind, request.body.into_json());
    draft.txn = Some(TxnKey { device: caller.device, txn_id: request.txn_id.to_string() });
    let sent = app.rooms.send(&request.room_id, draft).await?;
    app.users.presence.active(&caller)?;
    Ok(Response::new(sent.event_id))
}
