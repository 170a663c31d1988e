//! People who asked to be forgotten (client-server API, "Account deactivation", `erase`): who was not in a room when they
//! wrote something there gets it without its content. Those who could read it then keep it, as they do a letter.

use crate::{RoomError, Rooms, StoredEvent, UserNum};
use parking_lot::RwLock;
use std::collections::HashSet;
use storage::{Commit, Durability, Store, tables};

/// Who asked for it. Few do, so all of them are in memory.
pub(crate) struct Erased(RwLock<HashSet<UserNum>>);

impl Erased {
    pub(crate) fn open(store: &Store) -> Result<Self, RoomError> {
        let people: Result<_, _> =
            store.scan(tables::ERASED, ..).map(|row| row.map(|(user, ())| UserNum(user))).collect();
        Ok(Self(RwLock::new(people?)))
    }

    pub(crate) fn add(&self, user: UserNum) {
        self.0.write().insert(user);
    }
}

impl Rooms {
    /// Has what this user sent shown without its content to whoever was not there. Durable when it returns.
    pub async fn erase(&self, user: UserNum) -> Result<(), RoomError> {
        let mut commit = Commit::new(Durability::Sync).positions(0);
        commit.put(tables::ERASED, &user.0, &());
        self.inner.store.submit(commit)?.await?;
        Ok(())
    }

    /// Whether its sender asked to be forgotten. What they made of a room's state stays: others live in that room.
    pub(crate) fn has_erased(&self, event: &StoredEvent) -> bool {
        event.meta.state_key.is_none() && self.inner.erased.0.read().contains(&event.meta.sender)
    }
}
