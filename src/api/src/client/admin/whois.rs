//! `GET /_matrix/client/v3/admin/whois/{userId}`: from where an account is in use (spec "Server Administration").

use super::account;
use crate::{ApiError, call::Call};
use ruma::{
    MilliSecondsSinceUnixEpoch, UInt,
    api::client::admin::get_user_info::v3::{ConnectionInfo, DeviceInfo, Request, Response, SessionInfo},
};
use users::Device;

/// # Errors
/// 403 for other people's accounts, unless the caller is an admin; 404 for unknown people.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, caller, request, .. } = call;
    if request.user_id != caller.user_id {
        account(&app, &caller, &request.user_id)?;
    }
    let mut response = Response::new();
    for device in app.users.devices.list(&request.user_id)? {
        response.devices.insert(device.id.to_string(), info(device));
    }
    response.user_id = Some(request.user_id);
    Ok(response)
}

fn info(device: Device) -> DeviceInfo {
    let mut connection = ConnectionInfo::new();
    connection.ip = device.last_seen_ip;
    connection.last_seen = device.last_seen_ms.and_then(UInt::new).map(MilliSecondsSinceUnixEpoch);
    let mut session = SessionInfo::new();
    session.connections.push(connection);
    let mut info = DeviceInfo::new();
    info.sessions.push(session);
    info
}
