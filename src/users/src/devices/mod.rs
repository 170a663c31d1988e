//! Devices: where somebody is logged in (spec "Client authentication", "Device management").
//!
//! Promise: a device and all that belongs to it (session, tokens, keys, messages, pushers) come and go in one commit.

mod remove;

use crate::{
    accounts::record::AccountRecord,
    core::{Core, user_topic},
    e2ee::key_changes,
    error::{Result, UserError},
    tokens::{Issued, Owner, SeenRecord, Tokens},
};
use config::random;
use rooms::ids::{DeviceNum, UserNum};
use ruma::{DeviceId, OwnedDeviceId, UserId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use storage::tables;

/// Longest device id and display name, in bytes.
const LONGEST_ID: usize = 255;
const LONGEST_NAME: usize = 1_000;

/// How a device is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DeviceRecord {
    pub(crate) num: u64,
    #[serde(default)]
    pub(crate) display_name: Option<String>,
    #[serde(default)]
    pub(crate) created_ms: u64,
}

/// A device as its owner sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Chosen by the client or made up at login.
    pub id: OwnedDeviceId,
    /// Its number.
    pub num: DeviceNum,
    /// What the owner calls it.
    pub display_name: Option<String>,
    /// When it last sent a request, milliseconds since the epoch.
    pub last_seen_ms: Option<u64>,
    /// The address it came from.
    pub last_seen_ip: Option<String>,
}

/// What a client wants to be logged in as.
#[derive(Debug, Clone, Copy, Default)]
pub struct Login<'a> {
    /// A device to use again; a new one if absent.
    pub device_id: Option<&'a DeviceId>,
    /// What to call a new device.
    pub display_name: Option<&'a str>,
    /// Whether the client renews its tokens.
    pub refresh: bool,
}

/// A fresh log-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The device.
    pub device_id: OwnedDeviceId,
    /// Its tokens.
    pub tokens: Issued,
}

/// Who is logged in where.
pub struct Devices {
    core: Arc<Core>,
    tokens: Arc<Tokens>,
}

impl Devices {
    pub(crate) fn new(core: Arc<Core>, tokens: Arc<Tokens>) -> Self {
        Self { core, tokens }
    }

    /// Logs `user` in, whose identity has been proved. Older tokens of the same device end.
    pub async fn login(&self, user: &UserId, login: Login<'_>) -> Result<Session> {
        let num = self.core.local(user)?;
        let _turn = self.core.turn(num).await;
        let account =
            AccountRecord::latest(&self.core, num)?.ok_or_else(|| UserError::NotLocal(user.to_owned()))?;
        if account.deactivated {
            return Err(UserError::Deactivated);
        }
        if account.locked {
            return Err(UserError::Locked);
        }
        let device_id = match login.device_id {
            Some(id) => check_id(id)?,
            None => random::token(&*self.core.entropy, 10).to_uppercase().into(),
        };
        let device = self.core.device(num, &device_id)?;
        let mut commit = Core::change();
        self.tokens.end(&mut commit, device)?;
        self.put_device(&mut commit, num, &device_id, device, login.display_name)?;
        let owner = Owner { user: num, device, device_id: device_id.as_str() };
        let tokens = self.tokens.begin(&mut commit, owner, login.refresh)?;
        commit.topic(user_topic(num));
        self.core.commit(commit).await?;
        Ok(Session { device_id, tokens })
    }

    fn put_device(
        &self,
        commit: &mut storage::Commit,
        user: UserNum,
        id: &DeviceId,
        num: DeviceNum,
        display_name: Option<&str>,
    ) -> Result<()> {
        let known: Option<DeviceRecord> = self.core.store.latest_record(tables::DEVICES, &key(user, id))?;
        if known.is_some() {
            return Ok(());
        }
        let mut count = 0;
        for row in self.core.store.scan_prefix_records::<DeviceRecord, _>(tables::DEVICES, &user.0) {
            row?;
            count += 1;
        }
        if count >= self.core.settings.limits.devices {
            return Err(UserError::Limit("There are too many devices; remove some first.".into()));
        }
        let record = DeviceRecord {
            num: num.0,
            display_name: display_name.map(check_name).transpose()?,
            created_ms: self.core.now_ms(),
        };
        commit.put_record(tables::DEVICES, &key(user, id), &record);
        Ok(())
    }

    /// All devices of `user`.
    pub fn list(&self, user: &UserId) -> Result<Vec<Device>> {
        let Some(num) = self.core.find_user(user)? else { return Ok(Vec::new()) };
        let mut devices = Vec::new();
        for (id, record) in rows(&self.core, num)? {
            devices.push(self.with_seen(id, record)?);
        }
        Ok(devices)
    }

    /// What other servers are told that a device is called.
    pub fn shared_name(&self, device: &Device) -> Option<String> {
        device.display_name.clone().filter(|_| self.core.settings.shares_device_names)
    }

    /// One device of `user`.
    pub fn get(&self, user: &UserId, id: &DeviceId) -> Result<Option<Device>> {
        let Some(num) = self.core.find_user(user)? else { return Ok(None) };
        let record = self.core.store.get_record(tables::DEVICES, &key(num, id))?;
        record.map(|record| self.with_seen(id.to_owned(), record)).transpose()
    }

    fn with_seen(&self, id: OwnedDeviceId, record: DeviceRecord) -> Result<Device> {
        let seen: Option<SeenRecord> = self.core.store.get_record(tables::DEVICE_SEEN, &record.num)?;
        let (ms, ip) = seen.map_or((None, None), |seen| (Some(seen.ms), seen.ip));
        Ok(Device {
            id,
            num: DeviceNum(record.num),
            display_name: record.display_name,
            last_seen_ms: ms,
            last_seen_ip: ip,
        })
    }

    /// Renames a device.
    pub async fn rename(&self, user: &UserId, id: &DeviceId, display_name: Option<&str>) -> Result<()> {
        let num = self.core.local(user)?;
        let _turn = self.core.turn(num).await;
        let record: Option<DeviceRecord> = self.core.store.latest_record(tables::DEVICES, &key(num, id))?;
        let mut record = record.ok_or_else(|| UserError::not_found("There is no such device."))?;
        record.display_name = display_name.map(check_name).transpose()?;
        let mut commit = Core::change();
        commit.put_record(tables::DEVICES, &key(num, id), &record);
        commit.topic(user_topic(num));
        if has_keys(&self.core, num, id)? {
            key_changes::note(&self.core, &mut commit, num)?;
        }
        self.core.commit(commit).await?;
        Ok(())
    }
}

/// The devices of `user`, as stored.
pub(crate) fn rows(core: &Core, user: UserNum) -> Result<Vec<(OwnedDeviceId, DeviceRecord)>> {
    let mut devices = Vec::new();
    for row in core.store.scan_prefix_records::<DeviceRecord, _>(tables::DEVICES, &user.0) {
        let ((_, id), record) = row?;
        devices.push((id.into(), record));
    }
    Ok(devices)
}

/// Whether others can encrypt for the device, so that they must hear of changes.
pub(crate) fn has_keys(core: &Core, user: UserNum, device: &DeviceId) -> Result<bool> {
    Ok(core.store.contains(tables::DEVICE_KEYS, &key(user, device))?)
}

/// A device's key in the tables that go by user and device id.
pub(crate) fn key(user: UserNum, device: &DeviceId) -> (u64, String) {
    (user.0, device.to_string())
}

fn check_id(id: &DeviceId) -> Result<OwnedDeviceId> {
    let text = id.as_str();
    if text.is_empty() || text.len() > LONGEST_ID || text.chars().any(char::is_control) {
        return Err(UserError::invalid("A device id has 1 to 255 bytes and no control characters."));
    }
    Ok(id.to_owned())
}

fn check_name(name: &str) -> Result<String> {
    if name.len() > LONGEST_NAME {
        return Err(UserError::invalid(format!("A device name has at most {LONGEST_NAME} bytes.")));
    }
    Ok(name.to_owned())
}
