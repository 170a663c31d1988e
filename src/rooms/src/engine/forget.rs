//! Forgetting a room that one has left.

use ruma::{RoomId, UserId};
use storage::{Commit, Durability, tables};

use crate::{Code, Membership, RoomError, Rooms, topics};

impl Rooms {
    /// The user wants to hear no more of a room that they are not in. Forgetting twice is as good as once.
    pub async fn forget(&self, room: &RoomId, user: &UserId) -> Result<(), RoomError> {
        let room = self.require(room)?;
        let ticket = {
            // Joining at the same time must come before or after.
            let _locked = self.lock(&room).await?;
            let user = self.inner.ids.user(user)?;
            let row = self.inner.store.latest(tables::ROOM_MEMBERS, &(room.num.0, user.0))?;
            let info = row.and_then(crate::MembershipInfo::from_row);
            match info.map(|info| info.state) {
                None => return Err(RoomError::NotFound("You were never in the room")),
                Some(Membership::Leave | Membership::Ban) => {}
                Some(_) => return Err(RoomError::bad(Code::Unknown, "Leave the room before you forget it")),
            }
            let mut commit = Commit::new(Durability::Sync);
            commit.put(tables::FORGOTTEN, &(user.0, room.num.0), &());
            commit.delete(tables::USER_ROOMS, &(user.0, room.num.0));
            commit.topic(topics::user(user));
            self.inner.store.submit(commit)?
        };
        ticket.await?;
        Ok(())
    }
}
