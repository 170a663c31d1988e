//! Keys of people of other servers, as their servers tell them (server-server API, "Device Management").
//!
//! Promises: what is kept of somebody is kept only while their server tells this one of changes, which is while they share a
//! room with somebody here; whoever asks gets it only if they shared one all the time since it was told. A change that does
//! not follow on what is kept makes it stale, and stale keys are given only when the other server can't be asked.

mod change;

pub use self::change::DeviceChange;

use super::{Keys, Queried, signing::Signed};
use crate::{
    core::Core,
    error::{Result, UserError},
};
use rooms::ids::UserNum;
use ruma::{OwnedDeviceId, OwnedUserId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use storage::{Position, tables};

/// Most devices of a person that are kept.
const MOST_DEVICES: usize = 2_000;
/// Most bytes of a person's keys that are kept.
const MOST_BYTES: usize = 4 << 20;

/// How somebody's keys are stored.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct RemoteRecord {
    /// When they were told.
    position: u64,
    /// The number of the last change that is in them; `None` if the server did not say.
    stream: Option<u64>,
    /// Something has changed since that is not in them.
    stale: bool,
    /// By device id: its keys, a JSON object.
    devices: BTreeMap<String, String>,
    master: Option<String>,
    self_signing: Option<String>,
}

/// Somebody's keys, as their server tells them.
#[derive(Debug, Clone, Default)]
pub struct RemoteKeys {
    /// The number of the last change that is in them, if the server says.
    pub stream: Option<u64>,
    /// By device: identity keys.
    pub devices: BTreeMap<OwnedDeviceId, Box<RawValue>>,
    /// The master key.
    pub master: Option<Box<RawValue>>,
    /// The self-signing key.
    pub self_signing: Option<Box<RawValue>>,
}

/// When keys were asked for: what comes back is not kept if something changed meanwhile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskedAt {
    /// The person's last change that was known.
    change: Option<u64>,
    at: Position,
}

impl Keys {
    /// The keys of people of other servers that are here and good for `viewer`; with `stale`, also those that may be out of
    /// date. Whoever is in neither is left out.
    pub fn query_kept(
        &self,
        viewer: &UserId,
        wanted: &BTreeMap<OwnedUserId, Vec<OwnedDeviceId>>,
        stale: bool,
    ) -> Result<Queried> {
        let mut found = Queried::default();
        let Some(viewer_num) = self.core.find_user(viewer)? else { return Ok(found) };
        for (user, only) in wanted.iter().filter(|(user, _)| !self.core.is_local(user)) {
            let Some(num) = self.core.find_user(user)? else { continue };
            let Some(record) = self.remote_record(num)? else { continue };
            if stale || (!record.stale && self.shared_since(viewer_num, num, Position(record.position))?) {
                self.add_remote(&mut found, (viewer, viewer_num), (user, num), &keys_of(&record)?, only)?;
            }
        }
        Ok(found)
    }

    /// Before a person's server is asked for their keys.
    pub fn asking(&self, user: &UserId) -> Result<AskedAt> {
        let at = self.core.store.visible();
        let num = self.core.find_user(user)?;
        let change =
            num.map(|num| self.core.store.latest(tables::KEYS_CHANGED, &num.0)).transpose()?.flatten();
        Ok(AskedAt { change, at })
    }

    /// The keys that a server told of one of its people, for `viewer`: checked, kept if the person shares a room with
    /// somebody here, and added to `found`.
    pub async fn told(
        &self,
        viewer: &UserId,
        user: &UserId,
        only: &[OwnedDeviceId],
        (keys, asked): (RemoteKeys, AskedAt),
        found: &mut Queried,
    ) -> Result<()> {
        let keys = self.checked(user, keys);
        if only.is_empty() {
            self.keep(user, &keys, asked).await?;
        }
        let Some(viewer_num) = self.core.find_user(viewer)? else { return Ok(()) };
        let num = self.core.ids().user(user)?;
        self.add_remote(found, (viewer, viewer_num), (user, num), &keys, only)
    }

    /// Only what belongs to the person and is not too large.
    fn checked(&self, user: &UserId, keys: RemoteKeys) -> RemoteKeys {
        let is_good = |json: &RawValue, device: Option<&str>| {
            json.get().len() <= self.core.settings.limits.key_bytes
                && Signed::parse(json).is_ok_and(|signed| names(&signed, user, device))
        };
        let RemoteKeys { stream, mut devices, master, self_signing } = keys;
        devices.retain(|id, json| is_good(json, Some(id.as_str())));
        RemoteKeys {
            stream,
            devices: devices.into_iter().take(MOST_DEVICES).collect(),
            master: master.filter(|json| is_good(json, None)),
            self_signing: self_signing.filter(|json| is_good(json, None)),
        }
    }

    async fn keep(&self, user: &UserId, keys: &RemoteKeys, asked: AskedAt) -> Result<()> {
        let Some(num) = self.core.find_user(user)? else { return Ok(()) };
        if !self.is_in_sight(num)? {
            return Ok(());
        }
        let _turn = self.core.turn(num).await;
        let mut commit = Core::lazy().positions(0);
        if self.core.store.latest(tables::KEYS_CHANGED, &num.0)? == asked.change {
            let record = RemoteRecord {
                position: asked.at.0,
                stale: false,
                stream: keys.stream,
                devices: keys
                    .devices
                    .iter()
                    .map(|(id, json)| (id.to_string(), json.get().to_owned()))
                    .collect(),
                master: keys.master.as_deref().map(|json| json.get().to_owned()),
                self_signing: keys.self_signing.as_deref().map(|json| json.get().to_owned()),
            };
            if record.bytes() > MOST_BYTES {
                commit.delete(tables::REMOTE_KEYS, &num.0);
            } else {
                commit.put_record(tables::REMOTE_KEYS, &num.0, &record);
            }
        }
        self.core.commit(commit).await?;
        Ok(())
    }

    fn remote_record(&self, user: UserNum) -> Result<Option<RemoteRecord>> {
        Ok(self.core.store.get_record(tables::REMOTE_KEYS, &user.0)?)
    }

    /// A person's master key, of whatever server.
    pub(super) fn master_key(&self, user: UserNum) -> Result<Option<Signed>> {
        if let Some(key) = self.cross_signing_key(user, super::cross_signing::Usage::Master)? {
            return Ok(Some(key));
        }
        let master = self.remote_record(user)?.and_then(|record| record.master);
        master.map(|json| Signed::from_stored(&json)).transpose()
    }

    /// Whether the person is in a room that this server hears of.
    fn is_in_sight(&self, user: UserNum) -> Result<bool> {
        for room in self.core.rooms.rooms_of(user)?.joined() {
            if self.core.rooms.is_resident(room)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether both have been in the same room since `position` without a break.
    fn shared_since(&self, viewer: UserNum, user: UserNum, position: Position) -> Result<bool> {
        let (own, theirs) = (self.core.rooms.rooms_of(viewer)?, self.core.rooms.rooms_of(user)?);
        let since = |info: Option<&rooms::MembershipInfo>| {
            info.is_some_and(|info| info.state == rooms::Membership::Join && info.position <= position)
        };
        Ok(theirs.joined().any(|room| since(theirs.get(room)) && since(own.get(room))))
    }

    fn add_remote(
        &self,
        found: &mut Queried,
        (viewer, viewer_num): (&UserId, UserNum),
        (user, num): (&UserId, UserNum),
        keys: &RemoteKeys,
        only: &[OwnedDeviceId],
    ) -> Result<()> {
        let devices = keys.devices.iter().filter(|(id, _)| only.is_empty() || only.contains(id));
        let devices = devices.map(|(id, json)| (id.clone(), json.clone())).collect();
        found.device_keys.insert(user.to_owned(), devices);
        if let Some(master) = &keys.master {
            let mut master = Signed::parse(master)?;
            self.add_own_signatures(viewer_num, viewer, num, &mut master)?;
            found.master_keys.insert(user.to_owned(), master.to_raw()?);
        }
        if let Some(key) = &keys.self_signing {
            found.self_signing_keys.insert(user.to_owned(), key.clone());
        }
        Ok(())
    }
}

impl RemoteRecord {
    /// Whether both hold the same keys, as far as anybody knows.
    fn says_as(&self, other: &Self) -> bool {
        let same = self.devices == other.devices
            && (&self.master, &self.self_signing) == (&other.master, &other.self_signing);
        same && !self.stale && !other.stale
    }

    fn bytes(&self) -> usize {
        let devices = self.devices.iter().map(|(id, json)| id.len() + json.len());
        let signing = [&self.master, &self.self_signing].into_iter().flatten().map(String::len);
        devices.chain(signing).sum()
    }
}

fn keys_of(record: &RemoteRecord) -> Result<RemoteKeys> {
    let raw = |json: &String| RawValue::from_string(json.clone()).map_err(UserError::corrupt);
    let devices = record.devices.iter().map(|(id, json)| Ok((OwnedDeviceId::from(id.as_str()), raw(json)?)));
    Ok(RemoteKeys {
        stream: record.stream,
        devices: devices.collect::<Result<_>>()?,
        master: record.master.as_ref().map(raw).transpose()?,
        self_signing: record.self_signing.as_ref().map(raw).transpose()?,
    })
}

/// Whether a key object says that it belongs to the user, and to the device if it is a device's.
fn names(keys: &Signed, user: &UserId, device: Option<&str>) -> bool {
    let says = |field: &str, value: &str| keys.0.get(field).and_then(|said| said.as_str()) == Some(value);
    says("user_id", user.as_str()) && device.is_none_or(|device| says("device_id", device))
}
