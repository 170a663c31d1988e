//! Messages for devices of other servers, and from them (server-server API, "Send-to-device messaging").
//!
//! Promises: what is for another server is on disk with the request that brought it, and stays until the server has said
//! that it has it; what another server sends is on disk before it is told so, and comes once.

use super::{Messages, ToDevice};
use crate::{
    core::Core,
    error::{Result, UserError},
    tokens::Identity,
};
use bytes::Bytes;
use config::random;
use ruma::{OwnedUserId, ServerName, TransactionId, UserId, to_device::DeviceIdOrAllDevices};
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use storage::{Commit, tables};

/// How long the id of a message from elsewhere is remembered, in milliseconds.
const REMEMBERED_MS: u64 = 3 * 24 * 3_600_000;
/// Bytes of contents after which the rest goes into another message.
const LARGE: usize = 128 * 1024;

/// Where a message stands in the queue of its server.
pub type Place = (u64, u64);

/// The content of an `m.direct_to_device` EDU.
#[derive(Serialize)]
struct Content<'a> {
    sender: &'a UserId,
    #[serde(rename = "type")]
    kind: &'a str,
    message_id: String,
    messages: BTreeMap<&'a UserId, BTreeMap<&'a DeviceIdOrAllDevices, &'a RawValue>>,
}

impl ToDevice {
    /// Queues what is for other servers, with `commit`.
    pub(super) fn put_remote(
        &self,
        commit: &mut Commit,
        sender: &Identity,
        kind: &str,
        messages: &Messages,
    ) -> Result<()> {
        let mut rows: Vec<(String, Vec<u8>)> = Vec::new();
        for (server, people) in by_server(messages.keys().filter(|user| !self.core.is_local(user))) {
            let mut batch = Content {
                sender: &sender.user_id,
                kind,
                message_id: String::new(),
                messages: BTreeMap::new(),
            };
            let mut size = 0;
            for user in people {
                for (device, content) in messages.get(user).into_iter().flatten() {
                    let json = content.json();
                    if json.get().len() > self.core.settings.limits.to_device_bytes {
                        return Err(UserError::TooLarge("A message is too large.".into()));
                    }
                    batch.messages.entry(user).or_default().insert(device, json);
                    size += json.get().len();
                    if size > LARGE {
                        rows.push((server.to_string(), self.finish(&mut batch)?));
                        size = 0;
                    }
                }
            }
            if !batch.messages.is_empty() {
                rows.push((server.to_string(), self.finish(&mut batch)?));
            }
        }
        if !rows.is_empty() {
            commit.with_position(move |position, ops| {
                for (number, (server, json)) in (0..).zip(rows) {
                    ops.put(tables::TO_DEVICE_OUT, &(server, position.0, number), &Bytes::from(json));
                }
            });
        }
        Ok(())
    }

    /// The JSON of a batch, which is empty afterwards.
    fn finish(&self, batch: &mut Content<'_>) -> Result<Vec<u8>> {
        batch.message_id = random::token(&*self.core.entropy, 24);
        let json = serde_json::to_vec(&batch).map_err(UserError::corrupt)?;
        batch.messages.clear();
        Ok(json)
    }

    /// The servers for which something waits.
    pub fn remote_servers(&self) -> Result<Vec<String>> {
        let mut servers: Vec<String> = Vec::new();
        let mut from = (String::new(), 0, 0);
        while let Some(row) = self.core.store.scan(tables::TO_DEVICE_OUT, from..).next() {
            let ((server, ..), _) = row?;
            from = (server.clone(), u64::MAX, u64::MAX);
            servers.push(server);
        }
        Ok(servers)
    }

    /// What waits for a server, oldest first, from behind `after` on: the contents of `m.direct_to_device` EDUs.
    pub fn outgoing(
        &self,
        server: &ServerName,
        after: Option<Place>,
        limit: usize,
    ) -> Result<Vec<(Place, Bytes)>> {
        let (position, number) = after.map_or((0, 0), |(position, number)| (position, number + 1));
        let server = server.to_string();
        let range = (server.clone(), position, number)..=(server, u64::MAX, u64::MAX);
        let rows = self.core.store.scan(tables::TO_DEVICE_OUT, range).take(limit);
        rows.map(|row| {
            row.map(|((_, position, number), json)| ((position, number), json)).map_err(Into::into)
        })
        .collect()
    }

    /// The server has these: they go, with `commit`.
    pub fn delivered(
        &self,
        commit: &mut Commit,
        server: &ServerName,
        places: impl IntoIterator<Item = Place>,
    ) {
        for (position, number) in places {
            commit.delete(tables::TO_DEVICE_OUT, &(server.to_string(), position, number));
        }
    }

    /// Drops the oldest of what waits for a server, with `commit`, when it is too much. How many went.
    pub fn thin_out(&self, commit: &mut Commit, server: &ServerName) -> Result<usize> {
        let most = self.core.settings.limits.to_device_server_queue;
        let rows = self.core.store.scan_prefix(tables::TO_DEVICE_OUT, &server.as_str());
        let places = rows.map(|row| row.map(|((_, position, number), _)| (position, number)));
        let mut places: Vec<Place> = places.collect::<Result<_, _>>()?;
        places.truncate(places.len().saturating_sub(most));
        let surplus = places.len();
        self.delivered(commit, server, places);
        Ok(surplus)
    }

    /// Puts messages of another server's user into the queues of people here, once for each message id. They are on disk
    /// when this returns.
    pub async fn receive(
        &self,
        message_id: &TransactionId,
        sender: &UserId,
        kind: &str,
        messages: &Messages,
    ) -> Result<()> {
        if message_id.as_str().len() > 255 || kind.len() > 255 {
            return Err(UserError::invalid("A type and a message id have at most 255 bytes."));
        }
        let key = (sender.server_name().to_string(), message_id.to_string());
        // One after the other: the same one twice at the same time is taken once.
        let turn = self.incoming.lock().await;
        if self.core.store.latest(tables::TO_DEVICE_IN, &key)?.is_some() {
            return Ok(());
        }
        let mut commit = Core::change();
        commit.put(tables::TO_DEVICE_IN, &key, &self.core.now_ms());
        self.put(&mut commit, sender, kind, messages)?;
        let ticket = self.core.store.submit(commit)?;
        drop(turn);
        ticket.await?;
        Ok(())
    }

    /// Forgets old message ids, in `commit`; whether there were any.
    pub(super) fn tidy_received(&self, commit: &mut Commit) -> Result<bool> {
        let before = self.core.now_ms().saturating_sub(REMEMBERED_MS);
        let mut some = false;
        for row in self.core.store.scan(tables::TO_DEVICE_IN, ..) {
            let (key, at) = row?;
            if at < before {
                some = true;
                commit.delete(tables::TO_DEVICE_IN, &key);
            }
        }
        Ok(some)
    }
}

fn by_server<'a>(
    people: impl Iterator<Item = &'a OwnedUserId>,
) -> BTreeMap<&'a ServerName, Vec<&'a OwnedUserId>> {
    let mut servers: BTreeMap<&ServerName, Vec<_>> = BTreeMap::new();
    for user in people {
        servers.entry(user.server_name()).or_default().push(user);
    }
    servers
}
