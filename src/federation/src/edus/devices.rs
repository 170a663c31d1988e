//! `m.direct_to_device`, `m.device_list_update` and `m.signing_key_update`: messages for devices, and changes of devices and
//! their keys (server-server API, "Send-to-device messaging", "Device Management").

use super::is_of;
use crate::{Federation, device_keys::named};
use rooms::RoomError;
use ruma::{
    ServerName,
    api::federation::transactions::edu::{
        DeviceListUpdateContent, DirectDeviceContent, SigningKeyUpdateContent,
    },
    serde::Raw,
};
use users::{DeviceChange, UserError};

impl Federation {
    /// The messages are on disk when this returns.
    pub(super) async fn receive_to_device(
        &self,
        origin: &ServerName,
        told: DirectDeviceContent,
    ) -> Result<(), RoomError> {
        if !is_of(&told.sender, origin) {
            return Ok(());
        }
        let kind = told.ev_type.to_string();
        let to_device = &self.inner.users.to_device;
        taken(origin, to_device.receive(&told.message_id, &told.sender, &kind, &told.messages).await)
    }

    pub(super) async fn receive_device_change(
        &self,
        origin: &ServerName,
        told: DeviceListUpdateContent,
    ) -> Result<(), RoomError> {
        if !is_of(&told.user_id, origin) {
            return Ok(());
        }
        let is_gone = told.deleted == Some(true);
        let keys =
            told.keys.filter(|_| !is_gone).map(|keys| named(keys.into_json(), told.device_display_name));
        let previous: Vec<u64> = told.prev_id.iter().map(|id| u64::from(*id)).collect();
        let change = DeviceChange {
            device: &told.device_id,
            keys: keys.as_deref(),
            gone: is_gone,
            stream: told.stream_id.into(),
            previous: &previous,
        };
        taken(origin, self.inner.users.keys.follow_device(&told.user_id, change).await)
    }

    pub(super) async fn receive_signing_keys(
        &self,
        origin: &ServerName,
        told: SigningKeyUpdateContent,
    ) -> Result<(), RoomError> {
        if !is_of(&told.user_id, origin) {
            return Ok(());
        }
        let master = told.master_key.as_ref().map(Raw::json);
        let self_signing = told.self_signing_key.as_ref().map(Raw::json);
        let keys = &self.inner.users.keys;
        taken(origin, keys.follow_signing_keys(&told.user_id, master, self_signing).await)
    }
}

/// What this server can't write it must be sent again; what makes no sense is left out.
fn taken(origin: &ServerName, result: Result<(), UserError>) -> Result<(), RoomError> {
    match result {
        Ok(()) => Ok(()),
        Err(UserError::Room(error)) => Err(error),
        Err(UserError::Read(error)) => Err(error.into()),
        Err(UserError::Write(error)) => Err(error.into()),
        Err(error) => {
            tracing::debug!(server = %origin, %error, "what a server tells of devices is left out");
            Ok(())
        }
    }
}
