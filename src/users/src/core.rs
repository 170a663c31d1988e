//! What every part of this crate works with.

use crate::{
    error::{Result, UserError},
    notes,
    settings::Settings,
};
use config::{clock::SharedClock, random::SharedEntropy};
use parking_lot::Mutex as SyncMutex;
use rooms::{
    Rooms,
    ids::{DeviceNum, Ids, RoomNum, UserNum},
};
use ruma::{DeviceId, OwnedServerName, OwnedUserId, UserId, events::StateEventType};
use std::sync::Arc;
use storage::{Commit, Durability, Position, Store, Topic};
use tokio::sync::{Mutex, MutexGuard};

/// Writers of one person's data take turns; people share this many locks.
const LOCKS: usize = 512;

/// The parts from below, and the locks.
pub(crate) struct Core {
    pub(crate) store: Store,
    pub(crate) rooms: Rooms,
    pub(crate) clock: SharedClock,
    pub(crate) entropy: SharedEntropy,
    pub(crate) server_name: OwnedServerName,
    pub(crate) settings: Settings,
    locks: Vec<Mutex<()>>,
    /// Called when what is kept in memory about something has changed.
    stale: SyncMutex<Vec<StaleHook>>,
}

type StaleHook = Arc<dyn Fn(notes::Stale) + Send + Sync>;

impl Core {
    pub(crate) fn new(
        store: Store,
        rooms: Rooms,
        clock: SharedClock,
        entropy: SharedEntropy,
        server_name: OwnedServerName,
        settings: Settings,
    ) -> Self {
        let locks = (0..LOCKS).map(|_| Mutex::new(())).collect();
        Self { store, rooms, clock, entropy, server_name, settings, locks, stale: SyncMutex::default() }
    }

    pub(crate) fn ids(&self) -> &Ids {
        self.rooms.ids()
    }

    pub(crate) fn now_ms(&self) -> u64 {
        self.clock.now_ms()
    }

    /// Waits for the turn to change what belongs to `user`. Held while reading and until the commit is queued.
    pub(crate) async fn turn(&self, user: UserNum) -> MutexGuard<'_, ()> {
        let index = usize::try_from(user.0 % LOCKS as u64).unwrap_or_default();
        self.locks[index].lock().await
    }

    /// A commit that is on disk when it is answered.
    pub(crate) fn change() -> Commit {
        Commit::new(Durability::Sync)
    }

    /// A commit that is on disk soon.
    pub(crate) fn lazy() -> Commit {
        Commit::new(Durability::Lazy)
    }

    /// Writes `commit` and waits for the disk. What it makes stale is forgotten by then, see [`notes::Stale`].
    pub(crate) async fn commit(&self, commit: Commit) -> Result<Position> {
        Ok(self.store.commit(commit).await?)
    }

    pub(crate) fn is_local(&self, user: &UserId) -> bool {
        user.server_name() == &*self.server_name
    }

    /// The number of a user who must be of this server.
    pub(crate) fn local(&self, user: &UserId) -> Result<UserNum> {
        if self.is_local(user)
            && let Some(num) = self.ids().find_user(user)?
        {
            return Ok(num);
        }
        Err(UserError::NotLocal(user.to_owned()))
    }

    pub(crate) fn find_user(&self, user: &UserId) -> Result<Option<UserNum>> {
        Ok(self.ids().find_user(user)?)
    }

    pub(crate) fn user_id(&self, user: UserNum) -> Result<OwnedUserId> {
        Ok(self.ids().user_id(user)?)
    }

    pub(crate) fn device(&self, user: UserNum, device: &DeviceId) -> Result<DeviceNum> {
        Ok(self.ids().device(user, device)?)
    }

    pub(crate) fn find_device(&self, user: UserNum, device: &DeviceId) -> Result<Option<DeviceNum>> {
        Ok(self.ids().find_device(user, device)?)
    }

    /// Whether anybody may join the room.
    pub(crate) fn is_public(&self, room: RoomNum) -> Result<bool> {
        #[derive(serde::Deserialize)]
        struct Content<'a> {
            #[serde(borrow)]
            join_rule: std::borrow::Cow<'a, str>,
        }
        let rules = self.rooms.current_state(room, &StateEventType::RoomJoinRules, "")?;
        let content = rules.as_ref().map(|event| serde_json::from_str::<Content<'_>>(event.content_json()));
        Ok(matches!(content, Some(Ok(content)) if content.join_rule == "public"))
    }

    /// Has `hook` called whenever a change makes something in memory stale, here or on the node that writes: after the
    /// change is readable and before anybody is answered. It runs on the commit thread.
    pub(crate) fn on_stale(&self, hook: impl Fn(notes::Stale) + Send + Sync + 'static) {
        self.stale.lock().push(Arc::new(hook));
    }

    /// Tells all hooks.
    pub(crate) fn stale(&self, what: notes::Stale) {
        let hooks = self.stale.lock().clone();
        for hook in hooks {
            hook(what);
        }
    }
}

/// The topic of a user's own data.
pub(crate) fn user_topic(user: UserNum) -> Topic {
    rooms::topics::user(user)
}

/// The topic of a device's messages and key counts.
pub(crate) fn device_topic(device: DeviceNum) -> Topic {
    rooms::topics::device(device)
}
