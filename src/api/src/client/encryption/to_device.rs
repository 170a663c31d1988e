//! `PUT /_matrix/client/v3/sendToDevice/{eventType}/{txnId}`: messages to devices (spec "Send-to-Device messaging").

use crate::{ApiError, call::Call, limits::Limited};
use ruma::api::client::to_device::send_event_to_device::v3::{Request, Response};

/// # Errors
/// 413 for messages that are too large or too many.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    call.limit(Limited::Messages)?;
    let Call { app, caller, request, .. } = call;
    let kind = request.event_type.to_string();
    app.users.to_device.send(&caller, &kind, request.txn_id.as_str(), &request.messages).await?;
    Ok(Response::new())
}
