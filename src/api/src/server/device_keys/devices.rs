//! `GET /_matrix/federation/v1/user/devices/{userId}`: the devices of somebody here (spec "Device Management").

use crate::{ApiError, call::Call};
use ruma::{
    UInt,
    api::federation::device::get_devices::v1::{Request, Response, UserDevice},
    serde::Raw,
};
use std::collections::BTreeMap;

/// # Errors
/// 404 for who has no account here.
pub(super) async fn handle(call: Call<Request>) -> Result<Response, ApiError> {
    let Call { app, request: Request { user_id, .. }, .. } = call;
    let nobody = || ApiError::not_found("There is no such user here.");
    app.users.accounts.get(&user_id)?.ok_or_else(nobody)?;
    let user = app.rooms.ids().find_user(&user_id)?.ok_or_else(nobody)?;
    // Before the keys: a change in between is told once more, not left out.
    let stream = app.federation.device_stream(user)?;
    let mut found = app.users.keys.query(None, &BTreeMap::from([(user_id.clone(), Vec::new())]))?;
    let mut response = Response::new(user_id.clone(), UInt::new_saturating(stream));
    let devices = found.device_keys.remove(&user_id).into_iter().flatten();
    let list = app.users.devices.list(&user_id)?;
    let with_name = |(id, json)| {
        let named = list.iter().find(|one| one.id == id);
        let name = named.and_then(|one| app.users.devices.shared_name(one));
        let mut device = UserDevice::new(id, Raw::from_json(json));
        device.device_display_name = name;
        device
    };
    response.devices = devices.map(with_name).collect();
    response.master_key = found.master_keys.remove(&user_id).map(Raw::from_json);
    response.self_signing_key = found.self_signing_keys.remove(&user_id).map(Raw::from_json);
    Ok(response)
}
