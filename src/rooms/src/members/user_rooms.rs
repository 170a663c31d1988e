//! All rooms of one user.

use std::collections::BTreeMap;

use super::{Membership, MembershipInfo};
use crate::{cache::Weigh, ids::RoomNum};

/// The rooms that a user has to do with and has not forgotten, as of some moment.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserRooms {
    rooms: BTreeMap<RoomNum, MembershipInfo>,
}

impl UserRooms {
    /// All of them, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (RoomNum, &MembershipInfo)> {
        self.rooms.iter().map(|(room, info)| (*room, info))
    }

    /// The user's membership in one room.
    pub fn get(&self, room: RoomNum) -> Option<&MembershipInfo> {
        self.rooms.get(&room)
    }

    /// The rooms that the user is joined to.
    pub fn joined(&self) -> impl Iterator<Item = RoomNum> {
        self.iter().filter(|(_, info)| info.state == Membership::Join).map(|(room, _)| room)
    }

    /// Whether the user is joined to the room.
    pub fn is_joined(&self, room: RoomNum) -> bool {
        self.get(room).is_some_and(|info| info.state == Membership::Join)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rooms.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rooms.is_empty()
    }

    pub(super) fn with(&self, room: RoomNum, info: MembershipInfo) -> Self {
        let mut changed = self.clone();
        changed.rooms.insert(room, info);
        changed
    }

    pub(super) fn without(&self, room: RoomNum) -> Self {
        let mut changed = self.clone();
        changed.rooms.remove(&room);
        changed
    }
}

impl FromIterator<(RoomNum, MembershipInfo)> for UserRooms {
    fn from_iter<T: IntoIterator<Item = (RoomNum, MembershipInfo)>>(rooms: T) -> Self {
        Self { rooms: rooms.into_iter().collect() }
    }
}

impl Weigh for UserRooms {
    fn weight(&self) -> u64 {
        (size_of::<Self>() + self.rooms.len() * 64) as u64
    }
}
