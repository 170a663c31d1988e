//! Logging out: everything that belongs to a device goes with it.

use super::{DeviceRecord, Devices, has_keys, key, rows};
use crate::{
    core::{Core, user_topic},
    e2ee::key_changes,
    error::Result,
    notes::Stale,
    pushers,
};
use rooms::ids::{DeviceNum, UserNum};
use ruma::{DeviceId, OwnedDeviceId, UserId};
use storage::{Commit, tables};

impl Devices {
    /// Logs a device out and forgets it, its keys and its messages. Nothing happens if there is none.
    pub async fn remove(&self, user: &UserId, devices: &[OwnedDeviceId]) -> Result<()> {
        let num = self.core.local(user)?;
        let _turn = self.core.turn(num).await;
        let known: Vec<_> =
            rows(&self.core, num)?.into_iter().filter(|(id, _)| devices.contains(id)).collect();
        self.remove_rows(num, known).await
    }

    /// Logs all devices out but `kept`.
    pub async fn remove_all(&self, user: &UserId, kept: Option<&DeviceId>) -> Result<()> {
        let num = self.core.local(user)?;
        let _turn = self.core.turn(num).await;
        let known: Vec<_> =
            rows(&self.core, num)?.into_iter().filter(|(id, _)| Some(&**id) != kept).collect();
        self.remove_rows(num, known).await
    }

    async fn remove_rows(&self, user: UserNum, devices: Vec<(OwnedDeviceId, DeviceRecord)>) -> Result<()> {
        if devices.is_empty() {
            return Ok(());
        }
        let mut commit = Core::change();
        let mut seen_by_others = false;
        for (id, record) in &devices {
            seen_by_others |= has_keys(&self.core, user, id)?;
            self.take_out(&mut commit, user, id, DeviceNum(record.num))?;
        }
        commit.topic(user_topic(user));
        if seen_by_others {
            key_changes::note(&self.core, &mut commit, user)?;
        }
        self.core.commit(commit).await?;
        Ok(())
    }

    /// Deletes all rows of a device, in `commit`.
    pub(crate) fn take_out(
        &self,
        commit: &mut Commit,
        user: UserNum,
        id: &DeviceId,
        device: DeviceNum,
    ) -> Result<()> {
        self.tokens.end(commit, device)?;
        commit.delete(tables::DEVICES, &key(user, id));
        commit.delete(tables::DEVICE_KEYS, &key(user, id));
        commit.delete(tables::DEVICE_SEEN, &device.0);
        commit.delete_prefix(tables::ONE_TIME_KEYS, &device.0);
        commit.delete_prefix(tables::FALLBACK_KEYS, &device.0);
        commit.delete_prefix(tables::TO_DEVICE, &device.0);
        commit.delete_prefix(tables::TO_DEVICE_TXNS, &device.0);
        pushers::take_out_device(&self.core, commit, user, device)?;
        Stale::KeyCounts(device).note(commit);
        Ok(())
    }
}
