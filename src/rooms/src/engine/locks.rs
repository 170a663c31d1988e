//! One writer a room, and the heads of the rooms written to lately.

use std::{
    collections::HashMap,
    ops::Deref,
    sync::{Arc, Weak},
};

use parking_lot::Mutex;
use storage::tables;
use tokio::sync::OwnedMutexGuard;

use super::Head;
use crate::{
    RoomError, Rooms,
    cache::{ByteCache, Weigh, byte_cache},
    ids::RoomNum,
    room::{RoomRecord, RoomRef},
};

/// A room's lock, with its head once it was read.
type Slot = Arc<tokio::sync::Mutex<Option<Head>>>;

#[derive(Clone)]
struct Kept(Slot);

impl Weigh for Kept {
    fn weight(&self) -> u64 {
        // Heads differ little, and their weight changes while they are locked.
        8 * 1024
    }
}

/// The heads of rooms, each behind the lock of its room.
pub(crate) struct Heads {
    /// Keeps the slots of the rooms used lately. A slot that is dropped from here lives on while someone holds it.
    kept: ByteCache<RoomNum, Kept>,
    /// All slots that live, so that a room never has two.
    all: Mutex<HashMap<RoomNum, Weak<tokio::sync::Mutex<Option<Head>>>>>,
}

impl Heads {
    pub(crate) fn new(bytes: u64) -> Self {
        Self { kept: byte_cache(bytes, 8 * 1024), all: Mutex::default() }
    }

    fn slot(&self, room: RoomNum) -> Slot {
        if let Some(Kept(slot)) = self.kept.get(&room) {
            return slot;
        }
        let mut all = self.all.lock();
        let slot = all.get(&room).and_then(Weak::upgrade).unwrap_or_else(|| {
            let slot = Slot::default();
            all.insert(room, Arc::downgrade(&slot));
            if all.len().is_power_of_two() {
                all.retain(|_, slot| slot.strong_count() > 0);
            }
            slot
        });
        drop(all);
        self.kept.insert(room, Kept(slot.clone()));
        slot
    }
}

/// The right to write to a room, and its head.
pub(crate) struct Locked {
    guard: OwnedMutexGuard<Option<Head>>,
}

impl Locked {
    /// Takes the head as it is after a queued commit.
    pub(crate) fn advance(&mut self, head: Head) {
        *self.guard = Some(head);
    }

    /// The room is read again by whoever comes next.
    pub(crate) fn forget(&mut self) {
        *self.guard = None;
    }
}

impl Deref for Locked {
    type Target = Head;

    fn deref(&self) -> &Head {
        self.guard
            .as_ref()
            .expect("the head is read when the room is locked, and forgotten only when it is let go")
    }
}

impl Rooms {
    /// Waits for the room's other writers.
    pub(crate) async fn lock(&self, room: &RoomRef) -> Result<Locked, RoomError> {
        let mut guard = self.inner.heads.slot(room.num).lock_owned().await;
        if guard.is_none() {
            // The room may have been purged while this one waited.
            self.room_by_num(room.num)?.ok_or(RoomError::NotFound("this server does not know the room"))?;
            *guard = Some(Head::load(&self.inner, room.clone())?);
        }
        Ok(Locked { guard })
    }

    /// As [`Rooms::lock`], for a room that may be new to this server; whether it is known. Of a new room nothing is written
    /// yet: whoever does not write it calls [`Locked::forget`].
    pub(crate) async fn lock_or_new(&self, room: &RoomRef) -> Result<(Locked, bool), RoomError> {
        let mut guard = self.inner.heads.slot(room.num).lock_owned().await;
        let record = self.inner.store.latest_record::<RoomRecord, _>(tables::ROOMS, &room.num.0)?;
        if record.as_ref().is_some_and(|record| record.purging) {
            return Err(RoomError::Conflict("The room is being removed here; try again later".to_owned()));
        }
        let known = record.is_some();
        match known {
            true if guard.is_none() => *guard = Some(Head::load(&self.inner, room.clone())?),
            true => {}
            false => *guard = Some(Head::empty(room.clone())),
        }
        Ok((Locked { guard }, known))
    }
}
