//! Which servers are in which room.
//!
//! Promise: the rows of `ROOM_SERVERS` follow the memberships of their rooms in the same commit. Of a room that nobody of this
//! server is in they say who was in it when the last one left.

use std::collections::BTreeMap;

use ruma::{OwnedServerName, ServerName};
use storage::{Commit, Durability, tables};

use crate::{Membership, RoomError, RoomNum, Rooms, engine::HeadRecord, members::MembershipInfo};

impl Rooms {
    /// The servers whose people are in the room, this one too, in the order of their names.
    pub fn servers_in(&self, room: RoomNum) -> Result<Vec<OwnedServerName>, RoomError> {
        let rows = self.inner.store.scan_prefix(tables::ROOM_SERVERS, &room.0);
        rows.map(|row| {
            let ((_, server), _) = row?;
            OwnedServerName::try_from(server).map_err(|_| RoomError::Damaged("a server name that is none"))
        })
        .collect()
    }

    /// Whether somebody of the server is in the room.
    pub fn is_server_in(&self, room: RoomNum, server: &ServerName) -> Result<bool, RoomError> {
        Ok(self.inner.store.contains(tables::ROOM_SERVERS, &(room.0, server.as_str().to_owned()))?)
    }

    /// Whether somebody of that server is invited to the room. Reads all memberships of rooms to which anybody is.
    pub(crate) fn is_server_invited(&self, room: RoomNum, server: &ServerName) -> Result<bool, RoomError> {
        if self.invited_count(room)? == 0 {
            return Ok(false);
        }
        for (user, _) in self.members(room, |info| info.state == Membership::Invite)? {
            if self.ids().user_id(user)?.server_name() == server {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether somebody of this server is in the room, so that it hears of what happens there.
    pub fn is_resident(&self, room: RoomNum) -> Result<bool, RoomError> {
        self.is_server_in(room, &self.inner.server_name)
    }

    /// Whether this server can change the room without asking another: it is in the room, or it was the last to be there.
    pub fn is_present(&self, room: RoomNum) -> Result<bool, RoomError> {
        if self.is_resident(room)? {
            return Ok(true);
        }
        let store = &self.inner.store;
        let head = store.get_record::<HeadRecord, _>(tables::EXTREMITIES, &room.0)?;
        let begun = head.is_some_and(|head| !head.state().is_empty());
        Ok(begun && store.scan_prefix(tables::ROOM_SERVERS, &room.0).next().is_none())
    }

    /// [`Rooms::is_resident`] once everything queued is written.
    pub(crate) fn will_be_resident(&self, room: RoomNum) -> Result<bool, RoomError> {
        let key = (room.0, self.inner.server_name.as_str().to_owned());
        Ok(self.inner.store.latest(tables::ROOM_SERVERS, &key)?.is_some())
    }

    /// Counts the servers of a database that was written before they were counted.
    pub(crate) fn count_servers(&self) -> Result<(), RoomError> {
        let store = &self.inner.store;
        if store.scan(tables::ROOM_SERVERS, ..).next().is_some() {
            return Ok(());
        }
        let mut counts: BTreeMap<(u64, String), u64> = BTreeMap::new();
        for row in store.scan(tables::ROOM_MEMBERS, ..) {
            let ((room, user), row) = row?;
            let info = MembershipInfo::from_row(row).ok_or(RoomError::Damaged("a membership"))?;
            if info.state == Membership::Join {
                let user = self.inner.ids.user_id(crate::UserNum(user))?;
                *counts.entry((room, user.server_name().as_str().to_owned())).or_default() += 1;
            }
        }
        if counts.is_empty() {
            return Ok(());
        }
        let mut commit = Commit::new(Durability::Sync).positions(0);
        for (key, count) in &counts {
            commit.put(tables::ROOM_SERVERS, key, count);
        }
        drop(store.submit(commit)?);
        Ok(())
    }
}
