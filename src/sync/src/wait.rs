//! Looks, sleeps until something changes, looks again.

use crate::{Inner, Sync, SyncError, SyncRequest, Token, client::own_topics, pending::Pending};
use bytes::Bytes;
use rooms::{UserRooms, topics};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use storage::Watch;
use users::Identity;

impl Sync {
    /// The complete response body of `GET /_matrix/client/v3/sync`.
    ///
    /// Without a `since`, or with `full_state`, it answers at once; else when something is new, or when the timeout
    /// (bounded by the settings) is over. When the caller is logged out meanwhile, it ends with the error that their next
    /// request has. Once the store has ended its watches it does not wait.
    pub async fn sync(&self, caller: &Identity, request: &SyncRequest) -> Result<Bytes, SyncError> {
        let inner = &self.inner;
        let filter = inner.filter(caller, request.filter.as_deref())?;
        // Held until the answer: who waits for news is here.
        let _here = inner.users.presence.syncing(caller, &request.set_presence).await?;
        let Some(since) = request.since else {
            return inner.first_response(caller, request, &filter);
        };
        let visible = inner.store.visible();
        // A token from another database, or from before a restore: what the log has not reached can't be waited for.
        let since = since.min(visible);
        inner.users.to_device.acknowledge(caller.device, since.to_device).await?;

        let deadline = tokio::time::Instant::now() + request.timeout.min(inner.settings.max_wait);
        let mut client = inner.client(caller)?;
        // Who does not know all that there is may be answered without ever waiting.
        let mut waits = (since.position == visible).then(|| inner.waits(caller, &client.rooms));
        let mut asleep = None;
        let mut stops = false;
        loop {
            let pending = Pending::find(inner, caller, &client, since)?;
            if pending.user || pending.device {
                // What is new may be that the device is logged out.
                inner.users.tokens.still_there(caller)?;
            }
            let due = stops || request.full_state || tokio::time::Instant::now() >= deadline;
            if due || pending.any() {
                let response = inner.response(caller, request, &filter, Some(since), &pending)?;
                if due || !response.is_empty {
                    return Ok(response.body);
                }
            }
            client = pending.client;
            let Some(Waits { watch, .. }) = waits.as_mut().filter(|waits| waits.are_for(&client.rooms))
            else {
                // What happened before they were watched, as in a room joined just now, is found by looking again.
                waits = Some(inner.waits(caller, &client.rooms));
                continue;
            };
            asleep.get_or_insert_with(|| Asleep::of(inner));
            // What woke the request may be nothing that this client sees (its filter leaves it out).
            stops = tokio::time::timeout_at(deadline, watch.changed()).await == Ok(None);
        }
    }
}

/// Who waits for everything that can concern a device while its user is in these rooms.
struct Waits {
    watch: Watch,
    rooms: Arc<UserRooms>,
}

impl Waits {
    fn are_for(&self, rooms: &Arc<UserRooms>) -> bool {
        Arc::ptr_eq(&self.rooms, rooms)
    }
}

/// A request that waits for news, counted for as long as it does.
struct Asleep<'a>(&'a AtomicUsize);

impl<'a> Asleep<'a> {
    fn of(inner: &'a Inner) -> Self {
        inner.sleeping.fetch_add(1, Ordering::Relaxed);
        Self(&inner.sleeping)
    }
}

impl Drop for Asleep<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Sync {
    /// How many requests wait for news now.
    pub fn waiting(&self) -> usize {
        self.inner.sleeping.load(Ordering::Relaxed)
    }
}

impl Inner {
    fn waits(&self, caller: &Identity, rooms: &Arc<UserRooms>) -> Waits {
        let watch = self.store.watch(own_topics(caller).into_iter().chain(rooms.joined().map(topics::room)));
        Waits { watch, rooms: Arc::clone(rooms) }
    }
}

impl Token {
    /// The token, or the newest one there is.
    fn min(self, visible: storage::Position) -> Self {
        Self { position: self.position.min(visible), to_device: self.to_device.min(visible) }
    }
}
