//! What each request of a device needs of its user, kept while nothing of the user's own changes.

use crate::{Inner, SyncError};
use quick_cache::{Weighter, sync::Cache};
use rooms::{
    DeviceNum, UserRooms,
    json::{ObjectWriter, write_array, write_number, write_string},
    topics,
};
use ruma::OwnedUserId;
use std::{collections::HashSet, sync::Arc};
use storage::{Position, Topic, TopicPosition};
use users::{Identity, KeyCounts};

/// A device's view of its user's rooms and settings.
#[derive(Debug)]
pub(crate) struct Client {
    pub(crate) rooms: Arc<UserRooms>,
    pub(crate) ignored: Arc<HashSet<OwnedUserId>>,
    /// Entries of the response: `device_one_time_keys_count` and `device_unused_fallback_key_types`, which clients want in
    /// each one.
    pub(crate) keys: Vec<u8>,
    /// It holds what was changed up to here.
    as_of: Position,
}

/// The devices that asked lately.
pub(crate) struct Clients(Cache<DeviceNum, Arc<Client>, BySize>);

#[derive(Clone)]
struct BySize;

impl Weighter<DeviceNum, Arc<Client>> for BySize {
    fn weight(&self, _: &DeviceNum, client: &Arc<Client>) -> u64 {
        // The rooms and the ignored belong to the caches that they come from.
        (size_of::<Client>() + client.keys.len()) as u64
    }
}

impl Clients {
    pub(crate) fn new(bytes: u64) -> Self {
        let items = usize::try_from(bytes / 256).unwrap_or(usize::MAX);
        Self(Cache::with_weighter(items, bytes, BySize))
    }
}

/// When something of the user's own, and of the device, last changed.
#[derive(Clone, Copy)]
pub(crate) struct Own {
    pub(crate) user: TopicPosition,
    pub(crate) device: TopicPosition,
}

/// What concerns the caller, whatever their rooms are.
pub(crate) fn own_topics(caller: &Identity) -> [Topic; 2] {
    [topics::user(caller.user), topics::device(caller.device)]
}

impl Client {
    pub(crate) fn is_current(&self, own: Own) -> bool {
        !own.user.may_be_after(self.as_of) && !own.device.may_be_after(self.as_of)
    }
}

impl Inner {
    pub(crate) fn own(&self, caller: &Identity) -> Own {
        let [user, device] = self.store.topic_positions(own_topics(caller));
        Own { user, device }
    }

    /// What is known of the caller, as new as what is visible at the time of the call.
    pub(crate) fn client(&self, caller: &Identity) -> Result<Arc<Client>, SyncError> {
        let own = self.own(caller);
        let known = self.clients.0.get(&caller.device).filter(|client| client.is_current(own));
        known.map_or_else(|| self.read_client(caller), Ok)
    }

    /// The same when what was known is out of date.
    pub(crate) fn read_client(&self, caller: &Identity) -> Result<Arc<Client>, SyncError> {
        // First the position: what changes while the rest is read makes it out of date.
        let as_of = self.store.visible();
        let client = Arc::new(Client {
            rooms: self.rooms.rooms_of(caller.user)?,
            ignored: self.users.account_data.ignored(caller.user)?,
            keys: write_key_counts(&*self.users.keys.counts(caller.device)?),
            as_of,
        });
        self.clients.0.insert(caller.device, Arc::clone(&client));
        Ok(client)
    }
}

fn write_key_counts(counts: &KeyCounts) -> Vec<u8> {
    let mut text = Vec::new();
    let mut object = ObjectWriter::part(&mut text);
    let mut one_time = ObjectWriter::start(object.key("device_one_time_keys_count"));
    for (algorithm, count) in &counts.one_time {
        write_number(one_time.key(algorithm.as_str()), *count);
    }
    one_time.end();
    write_array(object.key("device_unused_fallback_key_types"), &counts.unused_fallback, |out, algorithm| {
        write_string(out, algorithm.as_str());
    });
    text
}
