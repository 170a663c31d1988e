//! `POST /_matrix/client/v3/rooms/{roomId}/receipt/{receiptType}/{eventId}`: says what the caller has read (spec
//! "Receipts").

use crate::{ApiError, call::Call, client::common::joined_room};
use rooms::{NewReceipt, ReceiptKind};
use ruma::{
    api::client::receipt::create_receipt::v3::{ReceiptType, Request, Response},
    events::receipt::ReceiptThread,
};

/// # Errors
/// 403 for rooms that the caller is not in; 404 for events that are not in it; 400 for kinds and threads that make no
/// sense.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let room = joined_room(&app, &caller, &request.room_id)?;
    let kind = match request.receipt_type {
        ReceiptType::Read => ReceiptKind::Read,
        ReceiptType::ReadPrivate => ReceiptKind::ReadPrivate,
        ReceiptType::FullyRead => ReceiptKind::FullyRead,
        other => return Err(ApiError::invalid_param(format!("There are no receipts of type {other}."))),
    };
    let thread = match &request.thread {
        ReceiptThread::Unthreaded => None,
        other => Some(other.as_str().ok_or_else(|| ApiError::invalid_param("thread_id must be a text."))?),
    };
    let receipt = NewReceipt { kind, event: &request.event_id, thread, ts: None };
    app.rooms.send_receipt(&room, &caller.user_id, receipt).await?;
    app.users.presence.active(&caller)?;
    Ok(Response::new())
}
