//! Whose keys changed since a server was last told (server-server API, `m.device_list_update`, `m.signing_key_update`).
//!
//! What has changed is written, not what it is now: that is read when it is sent, so that changes that wait become one.

use super::task::KeysChanged;
use crate::Federation;
use rooms::UserNum;
use ruma::{
    OwnedUserId, UInt,
    api::federation::transactions::edu::{DeviceListUpdateContent, Edu, SigningKeyUpdateContent},
    serde::Raw,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use storage::{Commit, ReadError, tables};
use users::UserError;

/// With more changed devices than this the other server is made to ask for all of them.
const MOST_DEVICES: usize = 20;

/// A row of `OUTBOX_DEVICES`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct DeviceRow {
    /// The number of the change before all of these.
    previous: u64,
    /// The number of the last one.
    stream: u64,
    /// Device: the number of its last change.
    devices: BTreeMap<String, u64>,
    /// The number of the last change of cross-signing keys.
    signing: Option<u64>,
    /// Something of the log was missed: all devices may have changed.
    all: bool,
}

impl DeviceRow {
    /// The last change of either.
    fn last(&self) -> u64 {
        self.stream.max(self.signing.unwrap_or(0))
    }

    fn add(&mut self, change: &KeysChanged, previous: u64) {
        if self.stream == 0 {
            self.previous = previous;
        }
        if change.signing {
            self.signing = Some(change.at);
        }
        if !change.devices.is_empty() {
            self.stream = change.at;
            self.devices.extend(change.devices.iter().map(|device| (device.clone(), change.at)));
        } else if !change.signing {
            self.stream = change.at;
            self.all = true;
        }
    }

    /// What is left when the server has `sent`.
    fn without(&self, sent: &Self) -> Option<Self> {
        if self == sent {
            return None;
        }
        let upto = sent.last();
        let devices: BTreeMap<_, _> =
            self.devices.iter().filter(|(_, at)| **at > upto).map(|(id, at)| (id.clone(), *at)).collect();
        Some(Self {
            previous: if sent.stream > 0 { sent.stream } else { self.previous },
            stream: if devices.is_empty() && self.stream <= upto { 0 } else { self.stream },
            devices,
            signing: self.signing.filter(|at| *at > upto),
            all: self.all && !sent.all,
        })
    }
}

/// The rows that a commit changes, as they will be.
#[derive(Default)]
pub(super) struct DeviceRows {
    rows: BTreeMap<(String, u64), DeviceRow>,
    streams: BTreeMap<u64, u64>,
}

impl DeviceRows {
    /// Notes a change of somebody's keys for these servers. The caller holds `device_rows`.
    pub(super) fn add(
        &mut self,
        federation: &Federation,
        change: &KeysChanged,
        servers: &BTreeSet<ruma::OwnedServerName>,
    ) -> Result<(), ReadError> {
        let store = &federation.inner.store;
        let user = change.user.0;
        let previous = self.stream(federation, change.user)?;
        for server in servers {
            let key = (server.to_string(), user);
            if !self.rows.contains_key(&key) {
                let row = store.latest_record(tables::OUTBOX_DEVICES, &key)?.unwrap_or_default();
                self.rows.insert(key.clone(), row);
            }
            if let Some(row) = self.rows.get_mut(&key) {
                row.add(change, previous);
            }
        }
        if !change.devices.is_empty() || !change.signing {
            self.streams.insert(user, change.at);
        }
        Ok(())
    }

    /// The number of the last change of somebody's devices.
    pub(super) fn stream(&self, federation: &Federation, user: UserNum) -> Result<u64, ReadError> {
        match self.streams.get(&user.0) {
            Some(stream) => Ok(*stream),
            None => Ok(federation.inner.store.latest(tables::DEVICE_STREAMS, &user.0)?.unwrap_or(0)),
        }
    }

    /// Writes them, with `commit`. Whether there are any.
    pub(super) fn write(self, commit: &mut Commit) -> bool {
        let some = !self.rows.is_empty() || !self.streams.is_empty();
        for (key, row) in self.rows {
            commit.put_record(tables::OUTBOX_DEVICES, &key, &row);
        }
        for (user, stream) in self.streams {
            commit.put(tables::DEVICE_STREAMS, &user, &stream);
        }
        some
    }
}

/// A row, and what it says now.
pub(super) struct ToldKeys {
    pub(super) user: UserNum,
    pub(super) row: DeviceRow,
}

impl Federation {
    /// The number of the last change of somebody's devices that others were told.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn device_stream(&self, user: UserNum) -> Result<u64, ReadError> {
        Ok(self.inner.store.get(tables::DEVICE_STREAMS, &user.0)?.unwrap_or(0))
    }

    /// What is to be said of a row.
    pub(super) fn key_edus(&self, told: &ToldKeys) -> Result<Vec<Raw<Edu>>, UserError> {
        let user = self.inner.rooms.ids().user_id(told.user)?;
        let wanted = BTreeMap::from([(user.clone(), Vec::new())]);
        let mut keys = self.inner.users.keys.query(None, &wanted)?;
        let devices = keys.device_keys.remove(&user).unwrap_or_default();
        let own = &self.inner.users.devices;
        let list = own.list(&user)?;
        let row = &told.row;
        let mut edus = Vec::new();
        let number = UInt::new_saturating;
        let content = |device: &str, stream: u64| {
            let mut content =
                DeviceListUpdateContent::new(OwnedUserId::clone(&user), device.into(), number(stream));
            let here = list.iter().find(|one| one.id == content.device_id);
            match devices.get(&content.device_id) {
                Some(json) => content.keys = Some(Raw::from_json(json.clone())),
                None => content.deleted = here.is_none().then_some(true),
            }
            content.device_display_name = here.and_then(|one| own.shared_name(one));
            content
        };
        if row.all || row.devices.len() > MOST_DEVICES {
            // Without a number before it the other server asks for all of them.
            let any = devices.keys().next().or_else(|| list.first().map(|one| &one.id));
            let any = any.map(ToString::to_string).or_else(|| row.devices.keys().next().cloned());
            edus.extend(any.map(|device| Edu::DeviceListUpdate(content(&device, row.stream))));
        } else {
            let mut order: Vec<(&String, &u64)> = row.devices.iter().collect();
            order.sort_by_key(|(_, at)| **at);
            let mut previous = row.previous;
            for (device, at) in order {
                let mut content = content(device, *at);
                content.prev_id = vec![number(previous)];
                previous = *at;
                edus.push(Edu::DeviceListUpdate(content));
            }
        }
        if row.signing.is_some() {
            let mut content = SigningKeyUpdateContent::new(user.clone());
            content.master_key = keys.master_keys.remove(&user).map(Raw::from_json);
            content.self_signing_key = keys.self_signing_keys.remove(&user).map(Raw::from_json);
            edus.push(Edu::SigningKeyUpdate(content));
        }
        edus.iter()
            .map(Raw::new)
            .collect::<Result<_, _>>()
            .map_err(|error| UserError::Corrupt(error.to_string()))
    }

    /// The server has been told: the row goes, or what came since stays, with `commit`. The caller holds `device_rows`.
    pub(super) fn keys_told(
        &self,
        commit: &mut Commit,
        server: &str,
        told: &ToldKeys,
    ) -> Result<(), ReadError> {
        let key = (server.to_owned(), told.user.0);
        let row: Option<DeviceRow> = self.inner.store.latest_record(tables::OUTBOX_DEVICES, &key)?;
        match row.and_then(|row| row.without(&told.row)) {
            Some(rest) => commit.put_record(tables::OUTBOX_DEVICES, &key, &rest),
            None => commit.delete(tables::OUTBOX_DEVICES, &key),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(at: u64, devices: &[&str], signing: bool) -> KeysChanged {
        KeysChanged {
            user: UserNum(1),
            at,
            devices: devices.iter().map(|id| (*id).to_owned()).collect(),
            signing,
        }
    }

    #[test]
    fn changes_that_wait_become_one_and_what_comes_meanwhile_stays() {
        let mut row = DeviceRow::default();
        row.add(&change(5, &["A"], false), 3);
        row.add(&change(6, &["B"], true), 5);
        row.add(&change(8, &["A"], false), 6);
        assert_eq!((row.previous, row.stream, row.devices["A"], row.devices["B"]), (3, 8, 8, 6));
        let sent = row.clone();
        assert_eq!(row.without(&sent), None);
        row.add(&change(9, &["C"], false), 8);
        let rest = row.without(&sent).expect("C");
        assert_eq!((rest.previous, rest.stream, rest.devices.len(), rest.signing), (8, 9, 1, None));
    }

    #[test]
    fn cross_signing_keys_are_not_part_of_the_chain() {
        let mut row = DeviceRow::default();
        row.add(&change(5, &[], true), 3);
        assert_eq!((row.stream, row.signing, row.all), (0, Some(5), false));
        let sent = row.clone();
        row.add(&change(7, &["A"], false), 3);
        let rest = row.without(&sent).expect("A");
        assert_eq!((rest.previous, rest.stream, rest.signing), (3, 7, None));
    }
}
