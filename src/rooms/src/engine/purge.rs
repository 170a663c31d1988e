//! Removing a room with everything in it.
//!
//! A purge is marked before anything is removed; from then on the room is gone for everyone. Removal goes in steps, each
//! of which can be repeated, so a purge that was cut off goes on where it stopped ([`Rooms::resume_purges`]).

use std::collections::BTreeSet;

use ruma::RoomId;
use storage::{Commit, Durability, tables};

use crate::{
    RoomError, RoomNum, Rooms,
    ids::{EventNum, Ids},
    room::{RoomRecord, RoomRef},
    topics,
};

/// How many events go in one commit.
const STEP: usize = 500;

impl Rooms {
    /// Removes a room: events, state, memberships, aliases and whatever else hangs on it.
    pub async fn purge(&self, room: &RoomId) -> Result<(), RoomError> {
        let room = self.require(room)?;
        let mut locked = self.lock(&room).await?;
        let mut commit = Commit::new(Durability::Sync);
        let record = RoomRecord { purging: true, ..room.record() };
        commit.put_record(tables::ROOMS, &room.num.0, &record);
        commit.put(tables::PURGES, &room.num.0, &());
        commit.topic(topics::room(room.num));
        let marked = self.inner.store.submit(commit)?;
        self.inner.infos.remove(&room.num);
        locked.forget();
        marked.await?;
        self.remove_contents(room.num).await
    }

    /// Finishes the purges that were cut off. How many there were.
    pub async fn resume_purges(&self) -> Result<usize, RoomError> {
        let rooms: Vec<u64> = self
            .inner
            .store
            .scan(tables::PURGES, ..)
            .map(|row| row.map(|(room, ())| room))
            .collect::<Result<_, _>>()?;
        for room in &rooms {
            self.remove_contents(RoomNum(*room)).await?;
        }
        Ok(rooms.len())
    }

    async fn remove_contents(&self, room: RoomNum) -> Result<(), RoomError> {
        self.remove_members(room).await?;
        while self.remove_events(room).await? {}
        let mut commit = Commit::new(Durability::Sync);
        self.remove_rows(room, &mut commit)?;
        commit.topic(topics::room(room));
        self.inner.store.commit(commit).await?;
        Ok(())
    }

    async fn remove_members(&self, room: RoomNum) -> Result<(), RoomError> {
        for members in self.members(room, |_| true)?.chunks(STEP) {
            let mut commit = Commit::new(Durability::Sync);
            for (user, _) in members {
                commit.delete(tables::USER_ROOMS, &(user.0, room.0));
                commit.delete(tables::INVITE_STATE, &(user.0, room.0));
                self.remember(*user, room, &mut commit)?;
                commit.topic(topics::user(*user));
            }
            self.inner.store.commit(commit).await?;
        }
        Ok(())
    }

    /// Removes some events; whether there were any.
    async fn remove_events(&self, room: RoomNum) -> Result<bool, RoomError> {
        let store = &self.inner.store;
        let mut commit = Commit::new(Durability::Sync).positions(0);
        let mut nums = BTreeSet::new();
        for row in store.scan_prefix(tables::TIMELINE, &room.0).take(STEP) {
            let (key, num) = row?;
            commit.delete(tables::TIMELINE, &key);
            nums.insert(EventNum(num));
        }
        for row in store.scan_prefix(tables::OFF_TIMELINE, &room.0).take(STEP) {
            let ((_, num), ()) = row?;
            commit.delete(tables::OFF_TIMELINE, &(room.0, num));
            nums.insert(EventNum(num));
        }
        for num in &nums {
            self.remove_event(*num, &mut commit)?;
        }
        self.inner.store.commit(commit).await?;
        Ok(!nums.is_empty())
    }

    fn remove_event(&self, num: EventNum, commit: &mut Commit) -> Result<(), RoomError> {
        if let Some(event) = self.event(num)? {
            Ids::delete_event(commit, event.event_id());
        }
        commit.delete(tables::EVENT_JSON, &num.0);
        commit.delete(tables::EVENT_META, &num.0);
        commit.delete(tables::REDACTIONS, &num.0);
        // Most events have none, and range deletes are dear to read over.
        if self.inner.store.scan_prefix(tables::RELATIONS, &num.0).next().is_some() {
            commit.delete_prefix(tables::RELATIONS, &num.0);
        }
        commit.delete_prefix(tables::ANNOTATIONS, &num.0);
        commit.delete_prefix(tables::THREAD_MEMBERS, &num.0);
        Ok(())
    }

    fn remove_rows(&self, room: RoomNum, commit: &mut Commit) -> Result<(), RoomError> {
        let num = room.0;
        for row in self.inner.store.scan_prefix(tables::ROOM_ALIASES, &num) {
            let ((_, alias), ()) = row?;
            commit.delete(tables::ALIASES, &alias);
        }
        commit.delete_prefix(tables::ROOM_ALIASES, &num);
        commit.delete_prefix(tables::EVENTS_BY_TIME, &num);
        commit.delete_prefix(tables::CURRENT_STATE, &num);
        commit.delete_prefix(tables::STATE_NODES, &num);
        commit.delete_prefix(tables::CURRENT_STATE_LOG, &num);
        commit.delete_prefix(tables::ROOM_MEMBERS, &num);
        commit.delete_prefix(tables::ROOM_SERVERS, &num);
        commit.delete_prefix(tables::THREADS, &num);
        commit.delete_prefix(tables::THREAD_ACTIVITY, &num);
        commit.delete_prefix(tables::RECEIPTS, &num);
        commit.delete_prefix(tables::RECEIPTS_BY_POSITION, &num);
        commit.delete_prefix(tables::KEY_CHANGES, &num);
        commit.delete_prefix(tables::COUNTS, &num);
        commit.delete_prefix(tables::REDACTED_COUNTS, &num);
        commit.delete_prefix(tables::BACKWARD, &num);
        commit.delete(tables::EXTREMITIES, &num);
        commit.delete(tables::DIRECTORY, &num);
        commit.delete(tables::ROOMS, &num);
        commit.delete(tables::PURGES, &num);
        Ok(())
    }
}

impl Rooms {
    /// Whether a room is known by this reference still, or was purged since.
    pub fn is_known(&self, room: &RoomRef) -> Result<bool, RoomError> {
        Ok(self.room_by_num(room.num)?.is_some())
    }
}
