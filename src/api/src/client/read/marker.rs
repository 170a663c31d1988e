//! `POST /_matrix/client/v3/rooms/{roomId}/read_markers`: moves the read marker, and receipts with it (spec "Read and
//! unread markers").

use crate::{ApiError, call::Call, client::common::joined_room};
use rooms::{NewReceipt, ReceiptKind};
use ruma::api::client::read_marker::set_read_marker::v3::{Request, Response};

/// # Errors
/// 403 for rooms that the caller is not in; 404 for events that are not in it.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    let room = joined_room(&app, &caller, &request.room_id)?;
    let marks = [
        (ReceiptKind::FullyRead, &request.fully_read),
        (ReceiptKind::Read, &request.read_receipt),
        (ReceiptKind::ReadPrivate, &request.private_read_receipt),
    ];
    for (kind, event) in marks {
        if let Some(event) = event {
            app.rooms
                .send_receipt(&room, &caller.user_id, NewReceipt { kind, event, thread: None, ts: None })
                .await?;
        }
    }
    app.users.presence.active(&caller)?;
    Ok(Response::new())
}
