//! Messages from device to device (spec "Send-to-Device messaging").
//!
//! Promises: what was acknowledged to the sender is on disk; a request that comes again with its transaction id sends nothing
//! again; a device gets its messages in the order in which they were sent, until it says that it has them. When a device
//! does not come to fetch them, the oldest go first, so that those that still make sense are there when it comes.

mod remote;

pub use self::remote::Place;

use crate::{
    core::{Core, device_topic},
    devices,
    error::{Result, UserError},
    notes::Stale,
    tokens::Identity,
    view::View,
};
use bytes::Bytes;
use rooms::ids::DeviceNum;
use ruma::{
    OwnedUserId, UserId, events::AnyToDeviceEventContent, serde::Raw, to_device::DeviceIdOrAllDevices,
};
use serde::Serialize;
use serde_json::value::RawValue;
use std::{collections::BTreeMap, sync::Arc};
use storage::{Commit, Position, tables};
use tokio::sync::Mutex;

/// How long a transaction id is remembered, in milliseconds.
const TXN_LIFETIME_MS: u64 = 24 * 3_600_000;

/// Messages by recipient, as clients send them.
pub type Messages = BTreeMap<OwnedUserId, BTreeMap<DeviceIdOrAllDevices, Raw<AnyToDeviceEventContent>>>;

#[derive(Serialize)]
struct Event<'a> {
    sender: &'a UserId,
    #[serde(rename = "type")]
    kind: &'a str,
    content: &'a RawValue,
}

/// Sends and keeps messages.
pub struct ToDevice {
    core: Arc<Core>,
    /// How many messages wait for a device.
    waiting: View<DeviceNum, u64>,
    /// Held while a message from another server is looked for and queued.
    incoming: Mutex<()>,
}

impl ToDevice {
    pub(crate) fn new(core: Arc<Core>) -> Arc<Self> {
        let to_device = Arc::new(Self { core, waiting: View::new(20_000), incoming: Mutex::default() });
        let weak = Arc::downgrade(&to_device);
        to_device.core.on_stale(move |what| {
            if let (Stale::KeyCounts(device), Some(to_device)) = (what, weak.upgrade()) {
                to_device.waiting.forget(&device);
            }
        });
        to_device
    }

    /// Sends messages; those for people of other servers are queued. With a transaction id that came before, nothing happens.
    pub async fn send(&self, sender: &Identity, kind: &str, txn_id: &str, messages: &Messages) -> Result<()> {
        if txn_id.len() > 255 || kind.len() > 255 {
            return Err(UserError::invalid("A type and a transaction id have at most 255 bytes."));
        }
        let _turn = self.core.turn(sender.user).await;
        let txn = (sender.device.0, txn_id.to_owned());
        if self.core.store.latest(tables::TO_DEVICE_TXNS, &txn)?.is_some() {
            return Ok(());
        }
        if messages.values().map(BTreeMap::len).sum::<usize>()
            > self.core.settings.limits.to_device_recipients
        {
            return Err(too_many());
        }
        let mut commit = Core::change();
        commit.put(tables::TO_DEVICE_TXNS, &txn, &self.core.now_ms());
        self.put(&mut commit, &sender.user_id, kind, messages)?;
        if self.core.settings.federates {
            self.put_remote(&mut commit, sender, kind, messages)?;
        }
        self.core.commit(commit).await?;
        Ok(())
    }

    /// Queues what is for people of this server, with `commit`.
    fn put(&self, commit: &mut Commit, sender: &UserId, kind: &str, messages: &Messages) -> Result<()> {
        let limits = self.core.settings.limits;
        let mut rows: Vec<(DeviceNum, Bytes)> = Vec::new();
        for (user, by_device) in messages.iter().filter(|(user, _)| self.core.is_local(user)) {
            let Some(num) = self.core.find_user(user)? else { continue };
            let all = by_device.get(&DeviceIdOrAllDevices::AllDevices);
            for (id, record) in devices::rows(&self.core, num)? {
                let content = by_device.get(&DeviceIdOrAllDevices::DeviceId(id)).or(all);
                let Some(content) = content else { continue };
                let event = Event { sender, kind, content: content.json() };
                let json = serde_json::to_vec(&event).map_err(UserError::corrupt)?;
                if json.len() > limits.to_device_bytes {
                    return Err(UserError::TooLarge("A message is too large.".into()));
                }
                rows.push((DeviceNum(record.num), json.into()));
            }
            if rows.len() > limits.to_device_recipients {
                return Err(too_many());
            }
        }
        for (device, _) in &rows {
            commit.topic(device_topic(*device));
            self.make_room(commit, *device)?;
        }
        commit.with_position(move |position, ops| {
            for (device, json) in rows {
                ops.put(tables::TO_DEVICE, &(device.0, position.0), &json);
            }
        });
        Ok(())
    }

    /// Drops the oldest tenth of a full queue, and keeps count.
    fn make_room(&self, commit: &mut Commit, device: DeviceNum) -> Result<()> {
        let most = self.core.settings.limits.to_device_queue as u64;
        let count = self.waiting.get(&device, || self.count(device))?;
        if count < most {
            self.waiting.change(&device, |count| count + 1);
            return Ok(());
        }
        let surplus = usize::try_from(count - most + most / 10 + 1).unwrap_or(usize::MAX);
        for row in self.core.store.scan_prefix(tables::TO_DEVICE, &device.0).take(surplus) {
            commit.delete(tables::TO_DEVICE, &row?.0);
        }
        tracing::warn!(device = device.0, "too many messages wait for a device; the oldest are dropped");
        Stale::KeyCounts(device).note(commit);
        Ok(())
    }

    fn count(&self, device: DeviceNum) -> Result<u64> {
        let mut count = 0;
        for row in self.core.store.scan_prefix(tables::TO_DEVICE, &device.0) {
            row?;
            count += 1;
        }
        Ok(count)
    }

    /// The messages of a device after `since`, up to `upto`, oldest first: each with its position and as the JSON event that /sync shows. Fewer
    /// than `limit` means that there are no more.
    pub fn messages(
        &self,
        device: DeviceNum,
        since: Position,
        upto: Position,
        limit: usize,
    ) -> Result<Vec<(Position, Bytes)>> {
        let range = (device.0, since.next().0)..(device.0, upto.next().0);
        let rows = self.core.store.scan(tables::TO_DEVICE, range).take(limit);
        rows.map(|row| row.map(|((_, position), json)| (Position(position), json)).map_err(Into::into))
            .collect()
    }

    /// The device has everything up to `upto`: that goes, and no answer shows it again.
    pub async fn acknowledge(&self, device: DeviceNum, upto: Position) -> Result<()> {
        // Most syncs have nothing to acknowledge: that costs no look into the table.
        if self.waiting.get(&device, || self.count(device))? == 0 {
            return Ok(());
        }
        let range = (device.0, 0)..=(device.0, upto.0);
        if let Some(first) = self.core.store.scan(tables::TO_DEVICE, range).next() {
            let ((_, first), _) = first?;
            let mut commit = Core::lazy().positions(0);
            commit.delete_range(tables::TO_DEVICE, (device.0, first)..=(device.0, upto.0));
            Stale::KeyCounts(device).note(&mut commit);
            self.core.commit(commit).await?;
        }
        Ok(())
    }

    /// Forgets old transaction ids.
    pub(crate) async fn tidy(&self) -> Result<()> {
        let before = self.core.now_ms().saturating_sub(TXN_LIFETIME_MS);
        let mut commit = Core::lazy().positions(0);
        let mut some = false;
        for row in self.core.store.sweep(tables::TO_DEVICE_TXNS, ..) {
            let (key, at) = row?;
            if at < before {
                some = true;
                commit.delete(tables::TO_DEVICE_TXNS, &key);
            }
        }
        some |= self.tidy_received(&mut commit)?;
        if some {
            self.core.commit(commit).await?;
        }
        Ok(())
    }
}

fn too_many() -> UserError {
    UserError::TooLarge("There are too many recipients.".into())
}
