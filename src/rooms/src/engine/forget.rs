//! Forgetting a room that one has left.

use ruma::{RoomId, UserId};
use storage::{Commit, Durability, Position, tables};

use crate::{Code, Membership, MembershipInfo, RoomError, RoomNum, Rooms, UserNum, topics};

impl Rooms {
    /// The user wants to hear no more of a room that they are not in. Forgetting twice is as good as once.
    pub async fn forget(&self, room: &RoomId, user: &UserId) -> Result<(), RoomError> {
        let room = self.require(room)?;
        let ticket = {
            // Joining at the same time must come before or after.
            let _locked = self.lock(&room).await?;
            let user = self.inner.ids.user(user)?;
            let row = self.inner.store.latest(tables::ROOM_MEMBERS, &(room.num.0, user.0))?;
            let info = row.and_then(MembershipInfo::from_row);
            match info.map(|info| info.state) {
                None => return Err(RoomError::NotFound("You were never in the room")),
                Some(Membership::Leave | Membership::Ban) => {}
                Some(_) => return Err(RoomError::bad(Code::Unknown, "Leave the room before you forget it")),
            }
            let mut commit = Commit::new(Durability::Sync);
            self.remember(user, room.num, &mut commit)?;
            let num = room.num.0;
            commit.with_position(move |position, ops| {
                ops.put(tables::FORGOTTEN, &(user.0, num), &position.0);
                ops.put(tables::FORGOTTEN_BY_POSITION, &(user.0, position.0), &num);
            });
            commit.delete(tables::USER_ROOMS, &(user.0, room.num.0));
            commit.topic(topics::user(user));
            self.inner.store.submit(commit)?
        };
        ticket.await?;
        Ok(())
    }

    /// Takes back that the user has forgotten the room, if they have.
    pub(super) fn remember(
        &self,
        user: UserNum,
        room: RoomNum,
        commit: &mut Commit,
    ) -> Result<(), RoomError> {
        if let Some(position) = self.inner.store.latest(tables::FORGOTTEN, &(user.0, room.0))? {
            commit.delete(tables::FORGOTTEN, &(user.0, room.0));
            commit.delete(tables::FORGOTTEN_BY_POSITION, &(user.0, position));
        }
        Ok(())
    }

    /// Whether the user has forgotten the room and not come back.
    pub fn is_forgotten(&self, room: RoomNum, user: UserNum) -> Result<bool, RoomError> {
        Ok(self.inner.store.contains(tables::FORGOTTEN, &(user.0, room.0))?)
    }

    /// The rooms that the user has forgotten after `position`, with how they had left them.
    pub fn forgotten_since(
        &self,
        user: UserNum,
        position: Position,
    ) -> Result<Vec<(RoomNum, MembershipInfo)>, RoomError> {
        let range = (user.0, position.0.saturating_add(1))..=(user.0, u64::MAX);
        let mut rooms = Vec::new();
        for row in self.inner.store.scan(tables::FORGOTTEN_BY_POSITION, range) {
            let (_, room) = row?;
            if let Some(info) = self.membership(RoomNum(room), user)? {
                rooms.push((RoomNum(room), info));
            }
        }
        Ok(rooms)
    }
}
