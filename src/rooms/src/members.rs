//! Who is in which room.
//!
//! Promises: the rows of `ROOM_MEMBERS` and `USER_ROOMS` follow the current state of their rooms in the same commit. What
//! is kept in memory is fed by those rows as their groups pass, before their positions become visible, so it is never
//! behind what a reader may know, on the writer and on every store that applies its groups.

mod membership;
mod user_rooms;

use std::sync::Arc;

use parking_lot::Mutex;
use ruma::UserId;
use storage::{Group, Operation, Store, tables};

pub use self::{
    membership::{Membership, MembershipInfo},
    user_rooms::UserRooms,
};
use crate::{
    RoomError, Rooms,
    cache::{ByteCache, byte_cache},
    ids::{RoomNum, UserNum},
};

/// The rooms of the users seen lately.
pub(crate) struct Members {
    store: Store,
    users: ByteCache<UserNum, Arc<UserRooms>>,
    /// One of these is held while a user's rooms are read from the disk or changed: a change can't fall between the
    /// reading and the keeping.
    locks: [Mutex<()>; 64],
}

impl Members {
    pub(crate) fn new(store: &Store, bytes: u64) -> Self {
        Self { store: store.clone(), users: byte_cache(bytes, 1024), locks: [const { Mutex::new(()) }; 64] }
    }

    /// Keeps up with the store's groups from now on.
    pub(crate) fn follow(self: &Arc<Self>, store: &Store) {
        store.feed(self, Self::apply);
    }

    fn lock(&self, user: UserNum) -> parking_lot::MutexGuard<'_, ()> {
        self.locks[usize::try_from(user.0 % 64).unwrap_or(0)].lock()
    }

    fn apply(&self, group: &Group) {
        for operation in group.parts.iter().flat_map(|part| part.operations.iter()) {
            if operation.table() != tables::USER_ROOMS.number() {
                continue;
            }
            match operation {
                Operation::Put { key, value, .. } => self.put(&key, &value),
                Operation::Delete { key, .. } => self.delete(&key),
                // Only whole users or everything: rare, and read again when asked for.
                Operation::DeleteRange { .. } => self.users.clear(),
            }
        }
    }

    fn put(&self, key: &[u8], value: &[u8]) {
        let row = storage::Value::decode(value).ok().and_then(MembershipInfo::from_row);
        if let (Some((user, room)), Some(info)) = (decode_key(key), row) {
            self.change(user, |rooms| rooms.with(room, info));
        }
    }

    fn delete(&self, key: &[u8]) {
        if let Some((user, room)) = decode_key(key) {
            self.change(user, |rooms| rooms.without(room));
        }
    }

    fn change(&self, user: UserNum, change: impl FnOnce(&UserRooms) -> UserRooms) {
        let _guard = self.lock(user);
        if let Some(rooms) = self.users.peek(&user) {
            self.users.insert(user, Arc::new(change(&rooms)));
        }
    }

    fn of_user(&self, user: UserNum) -> Result<Arc<UserRooms>, RoomError> {
        if let Some(rooms) = self.users.get(&user) {
            return Ok(rooms);
        }
        let _guard = self.lock(user);
        if let Some(rooms) = self.users.get(&user) {
            return Ok(rooms);
        }
        let rows = self.store.scan_prefix(tables::USER_ROOMS, &user.0).map(|row| {
            let ((_, room), row) = row?;
            let info = MembershipInfo::from_row(row).ok_or(RoomError::Damaged("a membership"))?;
            Ok::<_, RoomError>((RoomNum(room), info))
        });
        let rooms = Arc::new(rows.collect::<Result<UserRooms, _>>()?);
        self.users.insert(user, rooms.clone());
        Ok(rooms)
    }
}

fn decode_key(key: &[u8]) -> Option<(UserNum, RoomNum)> {
    let (user, room) = storage::Key::decode(key)?;
    Some((UserNum(user), RoomNum(room)))
}

impl Rooms {
    /// The user's membership in a room; `None` if there never was one.
    pub fn membership(&self, room: RoomNum, user: UserNum) -> Result<Option<MembershipInfo>, RoomError> {
        let row = self.inner.store.get(tables::ROOM_MEMBERS, &(room.0, user.0))?;
        row.map(|row| MembershipInfo::from_row(row).ok_or(RoomError::Damaged("a membership"))).transpose()
    }

    /// All rooms that the user has to do with and has not forgotten, from memory.
    pub fn rooms_of(&self, user: UserNum) -> Result<Arc<UserRooms>, RoomError> {
        self.inner.members.of_user(user)
    }

    /// The rooms that the user is joined to.
    pub fn joined_rooms(&self, user: UserNum) -> Result<Vec<RoomNum>, RoomError> {
        Ok(self.rooms_of(user)?.joined().collect())
    }

    /// Whether the user is joined to the room.
    pub fn is_joined(&self, room: RoomNum, user: UserNum) -> Result<bool, RoomError> {
        Ok(self.membership(room, user)?.is_some_and(|info| info.state == Membership::Join))
    }

    /// Whether two users are joined to the same room.
    pub fn share_room(&self, a: UserNum, b: UserNum) -> Result<bool, RoomError> {
        let (a, b) = (self.rooms_of(a)?, self.rooms_of(b)?);
        let (few, many) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
        Ok(few.joined().any(|room| many.is_joined(room)))
    }

    /// The members of a room whose membership `keep` keeps, in the order of their numbers.
    pub fn members(
        &self,
        room: RoomNum,
        keep: impl Fn(&MembershipInfo) -> bool,
    ) -> Result<Vec<(UserNum, MembershipInfo)>, RoomError> {
        let mut members = Vec::new();
        for row in self.inner.store.scan_prefix(tables::ROOM_MEMBERS, &room.0) {
            let ((_, user), row) = row?;
            let info = MembershipInfo::from_row(row).ok_or(RoomError::Damaged("a membership"))?;
            if keep(&info) {
                members.push((UserNum(user), info));
            }
        }
        Ok(members)
    }

    /// Everyone who is joined to the room.
    pub fn joined_users(&self, room: RoomNum) -> Result<Vec<UserNum>, RoomError> {
        let members = self.members(room, |info| info.state == Membership::Join)?;
        Ok(members.into_iter().map(|(user, _)| user).collect())
    }

    /// The users of this server who are joined to the room.
    pub fn local_joined_users(&self, room: RoomNum) -> Result<Vec<UserNum>, RoomError> {
        let mut users = self.joined_users(room)?;
        let mut failed = None;
        users.retain(|user| match self.inner.ids.user_id(*user) {
            Ok(id) => self.is_local(&id),
            Err(error) => {
                failed = Some(error);
                false
            }
        });
        failed.map_or(Ok(users), Err)
    }

    /// How many are joined to the room.
    pub fn joined_count(&self, room: RoomNum) -> Result<u64, RoomError> {
        Ok(self.member_counts(room)?.joined)
    }

    /// How many are invited to the room.
    pub fn invited_count(&self, room: RoomNum) -> Result<u64, RoomError> {
        Ok(self.member_counts(room)?.invited)
    }

    /// The number of a user's own membership in a room by id; `None` for users nobody has heard of.
    pub fn membership_of(&self, room: RoomNum, user: &UserId) -> Result<Option<MembershipInfo>, RoomError> {
        match self.inner.ids.find_user(user)? {
            Some(user) => self.membership(room, user),
            None => Ok(None),
        }
    }
}
