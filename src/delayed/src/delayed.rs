//! Scheduling, and the tables.

use crate::{DelayedError, DelayedEvent};
use config::{clock::SharedClock, random, random::SharedEntropy};
use rooms::{DeviceNum, UserNum};
use ruma::OwnedRoomId;
use serde_json::value::RawValue;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
    time::Duration,
};
use storage::{Commit, Durability, Store, tables};
use tokio::sync::{Mutex, MutexGuard, Notify};

/// Ends that are kept for one person at most; the oldest goes first.
const MOST_ENDED: usize = 1_000;
/// The largest content, in bytes: no event has more.
const LARGEST: usize = 65_536;
/// Characters of an id: who knows it may cancel, restart and send, so it can't be guessed.
const ID_LENGTH: usize = 32;
/// Writers of one event take turns; events share this many locks.
const LOCKS: usize = 64;

/// What [`Delayed::open`] is given.
pub struct DelayedDeps {
    /// The log.
    pub store: Store,
    /// Time.
    pub clock: SharedClock,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// The operator's limits.
    pub settings: Settings,
}

/// Limits.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// The longest delay.
    pub max_delay: Duration,
    /// How many one person may have waiting; 0 takes none at all.
    pub max_scheduled: usize,
}

/// What is to be scheduled.
pub struct NewDelayed {
    /// Its transaction, if it has one: asked again with the same, it is the same delayed event.
    pub txn_id: Option<String>,
    /// The room.
    pub room_id: OwnedRoomId,
    /// The `type`.
    pub kind: String,
    /// The state key; `None` for messages.
    pub state_key: Option<String>,
    /// The content.
    pub content: Box<RawValue>,
    /// How long to wait.
    pub delay: Duration,
}

/// Keeps delayed events, and sends them when they are due. Cheap to clone.
#[derive(Clone)]
pub struct Delayed {
    pub(crate) store: Store,
    pub(crate) clock: SharedClock,
    entropy: SharedEntropy,
    settings: Settings,
    locks: Arc<[Mutex<()>]>,
    /// Told when something may be due earlier than was known.
    pub(crate) sooner: Arc<Notify>,
}

impl Delayed {
    /// Opens the tables. Nothing is sent before [`Delayed::run`].
    pub fn open(deps: DelayedDeps) -> Self {
        let DelayedDeps { store, clock, entropy, settings } = deps;
        let locks = (0..LOCKS).map(|_| Mutex::new(())).collect();
        Self { store, clock, entropy, settings, locks, sooner: Arc::default() }
    }

    /// Takes an event that a device of a person wants sent later, and gives it an id. It is on disk when this returns.
    pub async fn schedule(
        &self,
        (user, device): (UserNum, DeviceNum),
        new: NewDelayed,
    ) -> Result<String, DelayedError> {
        let delay_ms = self.check(&new)?;
        let txn = new.txn_id.as_ref().map(|txn| (device.0, format!("{} {} {txn}", new.room_id, new.kind)));
        let (ticket, id) = {
            let _turn = self.turn(&user).await;
            if let Some(txn) = &txn
                && let Some(id) = self.store.latest(tables::DELAYED_TXNS, txn)?
            {
                // Whoever scheduled it may still wait for the disk.
                self.store.flush()?.await?;
                return Ok(id);
            }
            self.check_room(user)?;
            let id = random::token(self.entropy.as_ref(), ID_LENGTH);
            let now_ms = self.clock.now_ms();
            let event = DelayedEvent {
                user: user.0,
                txn,
                room_id: new.room_id,
                kind: new.kind,
                state_key: new.state_key,
                content: new.content.get().to_owned(),
                delay_ms,
                since_ms: now_ms,
                due_ms: now_ms.saturating_add(delay_ms),
                outcome: None,
                ended_ms: 0,
            };
            let mut commit = Commit::new(Durability::Sync).positions(0);
            if let Some(txn) = &event.txn {
                commit.put(tables::DELAYED_TXNS, txn, &id);
            }
            put(&mut commit, &id, &event);
            (self.store.submit(commit)?, id)
        };
        ticket.await?;
        self.sooner.notify_one();
        Ok(id)
    }

    /// The event with this id, waiting or ended.
    pub fn get(&self, id: &str) -> Result<Option<DelayedEvent>, DelayedError> {
        Ok(self.store.latest_record(tables::DELAYED_EVENTS, &id.to_owned())?)
    }

    /// What somebody has waiting, the next first.
    pub fn waiting(&self, user: UserNum) -> Result<Vec<(String, DelayedEvent)>, DelayedError> {
        let mut waiting = Vec::new();
        for ((_, _, id), _) in self.store.latest_prefix(tables::DELAYED_BY_USER, &(user.0, false))? {
            if let Some(event) = self.get(&id)? {
                waiting.push((id, event));
            }
        }
        waiting.sort_by_key(|(_, event)| event.due_ms);
        Ok(waiting)
    }

    /// Forgets all delayed events of somebody whose account is closed.
    pub async fn forget(&self, user: UserNum) -> Result<(), DelayedError> {
        for ended in [false, true] {
            for ((_, _, id), _) in self.store.latest_prefix(tables::DELAYED_BY_USER, &(user.0, ended))? {
                let _turn = self.turn(&id).await;
                let Some(event) = self.get(&id)? else { continue };
                let mut commit = Commit::new(Durability::Sync).positions(0);
                remove(&mut commit, &id, &event);
                self.store.commit(commit).await?;
            }
        }
        Ok(())
    }

    /// The delay in milliseconds, if the server takes the event at all.
    fn check(&self, new: &NewDelayed) -> Result<u64, DelayedError> {
        if self.settings.max_scheduled == 0 {
            return Err(DelayedError::Forbidden("This server takes no delayed events.".into()));
        }
        if new.delay > self.settings.max_delay {
            let days = self.settings.max_delay.as_secs() / 86_400;
            let most =
                if days > 0 { format!("{days} days") } else { format!("{:?}", self.settings.max_delay) };
            return Err(DelayedError::Forbidden(format!("An event can be delayed by at most {most} here.")));
        }
        let content = new.content.get();
        if content.len() > LARGEST {
            return Err(DelayedError::TooLarge);
        }
        if !content.trim_start().starts_with('{') {
            return Err(DelayedError::BadContent);
        }
        Ok(u64::try_from(new.delay.as_millis()).unwrap_or(u64::MAX))
    }

    fn check_room(&self, user: UserNum) -> Result<(), DelayedError> {
        let waiting = self.store.latest_prefix(tables::DELAYED_BY_USER, &(user.0, false))?;
        if waiting.len() < self.settings.max_scheduled {
            return Ok(());
        }
        let next = waiting.into_iter().map(|(_, due_ms)| due_ms).min().unwrap_or_default();
        Err(DelayedError::Full(Duration::from_millis(next.saturating_sub(self.clock.now_ms()))))
    }

    /// Waits for the turn to change an event, or to schedule one for a person.
    pub(crate) async fn turn(&self, of: &impl Hash) -> MutexGuard<'_, ()> {
        let mut hasher = DefaultHasher::new();
        of.hash(&mut hasher);
        let index = usize::try_from(hasher.finish() % LOCKS as u64).unwrap_or_default();
        self.locks[index].lock().await
    }

    /// Writes what became of an event; the caller has its turn. It is on disk when this returns.
    pub(crate) async fn replace(
        &self,
        id: &str,
        old: &DelayedEvent,
        new: &DelayedEvent,
    ) -> Result<(), DelayedError> {
        let mut commit = Commit::new(Durability::Sync).positions(0);
        if new.outcome.is_some() {
            self.make_room(&mut commit, new.user)?;
        }
        take_places(&mut commit, id, old);
        put(&mut commit, id, new);
        self.store.commit(commit).await?;
        Ok(())
    }

    /// Removes the oldest end when a person has as many as are kept.
    fn make_room(&self, commit: &mut Commit, user: u64) -> Result<(), DelayedError> {
        let ended = self.store.latest_prefix(tables::DELAYED_BY_USER, &(user, true))?;
        if ended.len() < MOST_ENDED {
            return Ok(());
        }
        if let Some(((_, _, id), _)) = ended.into_iter().min_by_key(|(_, due_ms)| *due_ms)
            && let Some(event) = self.get(&id)?
        {
            remove(commit, &id, &event);
        }
        Ok(())
    }
}

fn put(commit: &mut Commit, id: &str, event: &DelayedEvent) {
    let id = id.to_owned();
    commit.put_record(tables::DELAYED_EVENTS, &id, event);
    commit.put(tables::DELAYED_DUE, &(event.due_ms, id.clone()), &());
    commit.put(tables::DELAYED_BY_USER, &(event.user, event.outcome.is_some(), id), &event.due_ms);
}

fn take_places(commit: &mut Commit, id: &str, event: &DelayedEvent) {
    let id = id.to_owned();
    commit.delete(tables::DELAYED_DUE, &(event.due_ms, id.clone()));
    commit.delete(tables::DELAYED_BY_USER, &(event.user, event.outcome.is_some(), id));
}

/// Removes all rows of an event.
pub(crate) fn remove(commit: &mut Commit, id: &str, event: &DelayedEvent) {
    take_places(commit, id, event);
    commit.delete(tables::DELAYED_EVENTS, &id.to_owned());
    if let Some(txn) = &event.txn {
        commit.delete(tables::DELAYED_TXNS, txn);
    }
}
