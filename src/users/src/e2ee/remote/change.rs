//! Changes that other servers tell (server-server API, `m.device_list_update` and `m.signing_key_update`).

use super::{MOST_BYTES, MOST_DEVICES, RemoteRecord, names};
use crate::{
    core::Core,
    e2ee::{Keys, key_changes, signing::Signed},
    error::Result,
};
use ruma::{DeviceId, UserId};
use serde_json::value::RawValue;
use storage::tables;

/// A change of one device.
#[derive(Debug, Clone, Copy)]
pub struct DeviceChange<'a> {
    /// Which.
    pub device: &'a DeviceId,
    /// Its keys from now on; `None` when it has none, or is gone.
    pub keys: Option<&'a RawValue>,
    /// Whether it is gone.
    pub gone: bool,
    /// The number of the change.
    pub stream: u64,
    /// The numbers of the changes before it.
    pub previous: &'a [u64],
}

impl Keys {
    /// A device of a person of another server has changed: those who see them are told. On disk when this returns.
    pub async fn follow_device(&self, user: &UserId, change: DeviceChange<'_>) -> Result<()> {
        let keys = change.keys.map(Signed::parse).transpose()?;
        let is_news = keys.is_some() || change.gone;
        let fits = |keys: &Signed| names(keys, user, Some(change.device.as_str()));
        self.follow(user, is_news, |record, largest| {
            let follows = record.stream.is_some_and(|stream| {
                stream >= change.stream
                    || (!change.previous.is_empty() && change.previous.iter().all(|id| *id == stream))
            });
            record.stream = record.stream.map(|stream| stream.max(change.stream));
            match (change.keys, &keys) {
                (Some(json), Some(keys)) if fits(keys) && json.get().len() <= largest => {
                    record.devices.insert(change.device.to_string(), json.get().to_owned());
                }
                _ => drop(record.devices.remove(change.device.as_str())),
            }
            follows
        })
        .await
    }

    /// Cross-signing keys of a person of another server have changed: those who see them are told. On disk when this returns.
    pub async fn follow_signing_keys(
        &self,
        user: &UserId,
        master: Option<&RawValue>,
        self_signing: Option<&RawValue>,
    ) -> Result<()> {
        let good = |json: &&RawValue| Signed::parse(json).is_ok_and(|keys| names(&keys, user, None));
        let (master, self_signing) = (master.filter(good), self_signing.filter(good));
        self.follow(user, true, |record, largest| {
            for (kept, told) in [(&mut record.master, master), (&mut record.self_signing, self_signing)] {
                if let Some(json) = told.filter(|json| json.get().len() <= largest) {
                    *kept = Some(json.get().to_owned());
                }
            }
            true
        })
        .await
    }

    /// Changes what is kept of a person; `change` tells whether it is whole afterwards. If not it is stale, and asked for when
    /// somebody wants it. Nobody is told of what is known already, nor, where nothing is kept, of what `is_news` says is none.
    async fn follow(
        &self,
        user: &UserId,
        is_news: bool,
        change: impl FnOnce(&mut RemoteRecord, usize) -> bool,
    ) -> Result<()> {
        let Some(num) = self.core.find_user(user)? else { return Ok(()) };
        let _turn = self.core.turn(num).await;
        let mut commit = Core::change();
        let record: Option<RemoteRecord> = self.core.store.latest_record(tables::REMOTE_KEYS, &num.0)?;
        if !self.is_in_sight(num)? {
            if record.is_some() {
                commit.delete(tables::REMOTE_KEYS, &num.0);
                self.core.commit(commit.positions(0)).await?;
            }
            return Ok(());
        }
        if let Some(mut record) = record {
            let before = record.clone();
            record.stale |= !change(&mut record, self.core.settings.limits.key_bytes);
            if record.bytes() > MOST_BYTES || record.devices.len() > MOST_DEVICES {
                record = RemoteRecord { stale: true, ..RemoteRecord::default() };
            }
            if record != before {
                commit.put_record(tables::REMOTE_KEYS, &num.0, &record);
            }
            if record.says_as(&before) {
                self.core.commit(commit.positions(0)).await?;
                return Ok(());
            }
        } else if !is_news {
            return Ok(());
        }
        key_changes::note(&self.core, &mut commit, num)?;
        self.core.commit(commit).await?;
        Ok(())
    }
}
