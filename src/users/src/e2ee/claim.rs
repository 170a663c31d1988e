//! Giving out one-time keys (spec `POST /keys/claim`).

use super::{Keys, OneTimeRecord};
use crate::{
    core::{Core, device_topic},
    error::{Result, UserError},
    notes::Stale,
};
use rooms::ids::{DeviceNum, UserNum};
use ruma::{OneTimeKeyAlgorithm, OwnedDeviceId, OwnedUserId};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use storage::tables;

/// Most devices in one request.
const MOST: usize = 10_000;

/// Keys that were given out: by user, device and key id.
pub type Claimed = BTreeMap<OwnedUserId, BTreeMap<OwnedDeviceId, BTreeMap<String, Box<RawValue>>>>;

impl Keys {
    /// Gives out a key for each device asked for: a one-time key, else the fallback key, else none. Users of other servers
    /// are left out. That a key is gone is on disk before it is returned.
    pub async fn claim(
        &self,
        wanted: &BTreeMap<OwnedUserId, BTreeMap<OwnedDeviceId, OneTimeKeyAlgorithm>>,
    ) -> Result<Claimed> {
        if wanted.values().map(BTreeMap::len).sum::<usize>() > MOST {
            return Err(UserError::TooLarge("There are too many devices in one request.".into()));
        }
        let mut claimed = Claimed::new();
        for (user, devices) in wanted.iter().filter(|(user, _)| self.core.is_local(user)) {
            let Some(num) = self.core.find_user(user)? else { continue };
            let keys = self.claim_of(num, devices).await?;
            if !keys.is_empty() {
                claimed.insert(user.clone(), keys);
            }
        }
        Ok(claimed)
    }

    async fn claim_of(
        &self,
        user: UserNum,
        devices: &BTreeMap<OwnedDeviceId, OneTimeKeyAlgorithm>,
    ) -> Result<BTreeMap<OwnedDeviceId, BTreeMap<String, Box<RawValue>>>> {
        let _turn = self.core.turn(user).await;
        let mut claimed = BTreeMap::new();
        let mut commit = Core::change();
        let mut changed = false;
        for (id, algorithm) in devices {
            let Some(device) = self.core.find_device(user, id)? else { continue };
            let Some((key, touched)) = self.take(&mut commit, device, algorithm.as_str())? else { continue };
            changed |= touched;
            let json = RawValue::from_string(key.json).map_err(UserError::corrupt)?;
            claimed.insert(id.clone(), BTreeMap::from([(format!("{algorithm}:{}", key.id), json)]));
        }
        if changed {
            self.core.commit(commit).await?;
        }
        Ok(claimed)
    }

    /// Takes a key of the device out, in `commit`; whether that changes anything.
    fn take(
        &self,
        commit: &mut storage::Commit,
        device: DeviceNum,
        algorithm: &str,
    ) -> Result<Option<(OneTimeRecord, bool)>> {
        let store = &self.core.store;
        let prefix = (device.0, algorithm);
        let mut rows = store.latest_prefix_records::<OneTimeRecord, _>(tables::ONE_TIME_KEYS, &prefix)?;
        let taken = if rows.is_empty() {
            let row = (device.0, algorithm.to_owned());
            let fallback: Option<OneTimeRecord> = store.latest_record(tables::FALLBACK_KEYS, &row)?;
            let Some(mut fallback) = fallback else { return Ok(None) };
            if fallback.used {
                return Ok(Some((fallback, false)));
            }
            fallback.used = true;
            commit.put_record(tables::FALLBACK_KEYS, &row, &fallback);
            fallback
        } else {
            let (row, key) = rows.swap_remove(0);
            commit.delete(tables::ONE_TIME_KEYS, &row);
            key
        };
        commit.topic(device_topic(device));
        Stale::KeyCounts(device).note(commit);
        Ok(Some((taken, true)))
    }
}
