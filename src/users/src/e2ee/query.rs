//! Looking up keys (spec `POST /keys/query`).

use super::{KeyRecord, Keys, cross_signing::Usage, signatures::SignatureRecord, signing::Signed};
use crate::{
    devices::{self, DeviceRecord},
    error::{Result, UserError},
};
use rooms::ids::UserNum;
use ruma::{OwnedDeviceId, OwnedUserId, UserId};
use serde_json::{json, value::RawValue};
use std::collections::BTreeMap;
use storage::tables;

/// Most people in one request.
const MOST: usize = 20_000;

/// Keys of users of this server, as one viewer may see them.
#[derive(Debug, Clone, Default)]
pub struct Queried {
    /// By user and device: identity keys.
    pub device_keys: BTreeMap<OwnedUserId, BTreeMap<OwnedDeviceId, Box<RawValue>>>,
    /// Master keys.
    pub master_keys: BTreeMap<OwnedUserId, Box<RawValue>>,
    /// Self-signing keys.
    pub self_signing_keys: BTreeMap<OwnedUserId, Box<RawValue>>,
    /// User-signing keys: only the viewer's own.
    pub user_signing_keys: BTreeMap<OwnedUserId, Box<RawValue>>,
}

impl Keys {
    /// The keys of the users asked for, of the devices named or of all; users of other servers are left out. Without
    /// a viewer, which is for another server, as anybody may see them: names of devices are then left out unless the
    /// settings say otherwise.
    pub fn query(
        &self,
        viewer: Option<&UserId>,
        wanted: &BTreeMap<OwnedUserId, Vec<OwnedDeviceId>>,
    ) -> Result<Queried> {
        if wanted.len() > MOST {
            return Err(UserError::TooLarge("There are too many people in one request.".into()));
        }
        let viewer =
            viewer.map(|viewer| Ok::<_, UserError>((viewer, self.core.find_user(viewer)?))).transpose()?;
        let named = viewer.is_some() || self.core.settings.shares_device_names;
        let mut found = Queried::default();
        for (user, only) in wanted.iter().filter(|(user, _)| self.core.is_local(user)) {
            let Some(num) = self.core.find_user(user)? else {
                found.device_keys.insert(user.clone(), BTreeMap::new());
                continue;
            };
            found.device_keys.insert(user.clone(), self.devices_of(num, only, named)?);
            if let Some(mut master) = self.cross_signing_key(num, Usage::Master)? {
                if let Some((viewer, Some(viewer_num))) = viewer
                    && viewer_num != num
                {
                    self.add_own_signatures(viewer_num, viewer, num, &mut master)?;
                }
                found.master_keys.insert(user.clone(), master.to_raw()?);
            }
            if let Some(key) = self.cross_signing_key(num, Usage::SelfSigning)? {
                found.self_signing_keys.insert(user.clone(), key.to_raw()?);
            }
            if viewer.is_some_and(|(viewer, _)| viewer == user)
                && let Some(key) = self.cross_signing_key(num, Usage::UserSigning)?
            {
                found.user_signing_keys.insert(user.clone(), key.to_raw()?);
            }
        }
        Ok(found)
    }

    fn devices_of(
        &self,
        user: UserNum,
        only: &[OwnedDeviceId],
        named: bool,
    ) -> Result<BTreeMap<OwnedDeviceId, Box<RawValue>>> {
        let mut keys = BTreeMap::new();
        for row in self.core.store.scan_prefix_records::<KeyRecord, _>(tables::DEVICE_KEYS, &user.0) {
            let ((_, id), record) = row?;
            let id = OwnedDeviceId::from(id);
            if !only.is_empty() && !only.contains(&id) {
                continue;
            }
            let mut signed = Signed::from_stored(&record.json)?;
            let key = devices::key(user, &id);
            let device: Option<DeviceRecord> =
                if named { self.core.store.get_record(tables::DEVICES, &key)? } else { None };
            if let Some(name) = device.and_then(|device| device.display_name) {
                signed.0.insert("unsigned".into(), json!({ "device_display_name": name }));
            }
            keys.insert(id, signed.to_raw()?);
        }
        Ok(keys)
    }

    /// Adds what the viewer's user-signing key said about somebody's master key.
    pub(super) fn add_own_signatures(
        &self,
        viewer: UserNum,
        id: &UserId,
        user: UserNum,
        master: &mut Signed,
    ) -> Result<()> {
        let Some((_, public)) = master.only_key() else { return Ok(()) };
        let key = (viewer.0, user.0, public.to_owned());
        let record: Option<SignatureRecord> = self.core.store.get_record(tables::SIGNATURES, &key)?;
        for (key_id, signature) in record.into_iter().flat_map(|record| record.by_key) {
            master.add_signature(id, &key_id, &signature);
        }
        Ok(())
    }
}
