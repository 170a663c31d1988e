//! Looks, sleeps until something changes, looks again.

use crate::{Inner, Sync, SyncError, SyncRequest, Token, pending::Pending};
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
    /// (bounded by the settings) is over. When
    /// the caller is logged out meanwhile, it ends with the error that their next request has.
    pub async fn sync(&self, caller: &Identity, request: &SyncRequest) -> Result<Bytes, SyncError> {
        let inner = &self.inner;
        let filter = inner.filter(caller, request.filter.as_deref())?;
        // Held until the answer: who waits for news is here.
        let _here = inner.users.presence.syncing(caller, &request.set_presence).await?;
        let Some(since) = request.since else {
            return inner.first_response(caller, request, &filter);
        };
        // A token from another database, or from before a restore: what the log has not reached can't be waited for.
        let since = since.min(inner.store.visible());
        inner.users.to_device.acknowledge(caller.device, since.to_device).await?;

        let deadline = tokio::time::Instant::now() + request.timeout.min(inner.settings.max_wait);
        let (mut watch, mut watched) = inner.watch(caller)?;
        let mut asleep = None;
        loop {
            let mut pending = Pending::find(inner, caller, since)?;
            if !Arc::ptr_eq(&watched, &pending.rooms) {
                // They joined or left one; what happened in a room before it was watched is found by looking again.
                (watch, watched) = inner.watch(caller)?;
                pending = Pending::find(inner, caller, since)?;
            }
            if pending.user || pending.device {
                // What is new may be that the device is logged out.
                inner.users.tokens.still_there(caller)?;
            }
            let due = request.full_state || tokio::time::Instant::now() >= deadline;
            if due || pending.any() {
                let response = inner.response(caller, request, &filter, Some(since), &pending)?;
                if due || !response.is_empty {
                    return Ok(response.body);
                }
            }
            asleep.get_or_insert_with(|| Asleep::of(inner));
            // What woke the request may be nothing that this client sees (its filter leaves it out).
            let _ = tokio::time::timeout_at(deadline, watch.changed()).await;
        }
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
    /// Registers for everything that can concern the caller's device while they are in these rooms.
    fn watch(&self, caller: &Identity) -> Result<(Watch, Arc<UserRooms>), SyncError> {
        let rooms = self.rooms.rooms_of(caller.user)?;
        let own = [topics::user(caller.user), topics::device(caller.device)];
        let watch = self.store.watch(own.into_iter().chain(rooms.joined().map(topics::room)));
        Ok((watch, rooms))
    }
}

impl Token {
    /// The token, or the newest one there is.
    fn min(self, visible: storage::Position) -> Self {
        Self { position: self.position.min(visible), to_device: self.to_device.min(visible) }
    }
}
