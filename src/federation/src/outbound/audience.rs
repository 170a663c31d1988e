//! Who is told what.

use crate::Federation;
use rooms::{Membership, RoomError, RoomNum, StoredEvent, UserNum};
use ruma::{OwnedServerName, UserId, events::TimelineEventType};
use std::collections::BTreeSet;

impl Federation {
    /// The other servers in a room that are spoken with.
    pub(super) fn others_in(&self, room: RoomNum) -> Result<BTreeSet<OwnedServerName>, RoomError> {
        let servers = self.inner.rooms.servers_in(room)?;
        Ok(servers.into_iter().filter(|server| server != self.server_name() && self.allows(server)).collect())
    }

    /// The other servers that somebody shares a room with.
    pub(super) fn others_near(&self, user: UserNum) -> Result<BTreeSet<OwnedServerName>, RoomError> {
        let mut servers = BTreeSet::new();
        for room in self.inner.rooms.joined_rooms(user)? {
            servers.extend(self.others_in(room)?);
        }
        Ok(servers)
    }

    /// The servers that are told of an event: those in the room, and that of somebody who was put out of it and was perhaps the
    /// last one there.
    pub(super) fn audience(&self, event: &StoredEvent) -> Result<BTreeSet<OwnedServerName>, RoomError> {
        let mut servers = self.others_in(event.meta.room)?;
        if *event.pdu.kind() == TimelineEventType::RoomMember
            && matches!(Membership::of_event(&event.pdu), Some(Membership::Leave | Membership::Ban))
            && let Some(Ok(member)) = event.pdu.state_key().map(<&UserId>::try_from)
            && !self.inner.rooms.is_local(member)
            && self.allows(member.server_name())
        {
            servers.insert(member.server_name().to_owned());
        }
        Ok(servers)
    }

    /// Whether it is this server that tells others of an event.
    pub(super) fn is_own(&self, event: &StoredEvent) -> bool {
        // Of a join through another server that one tells; what was there before is not here.
        let from_elsewhere = *event.pdu.kind() == TimelineEventType::RoomMember
            && event.meta.prev.is_empty()
            && !event.pdu.prev_events().is_empty();
        self.inner.rooms.is_local(event.pdu.sender()) && !from_elsewhere
    }

    /// Who comes into a room sees who is here, and is seen.
    pub(super) fn greet(&self, event: &StoredEvent) -> Result<(), RoomError> {
        let rooms = &self.inner.rooms;
        if !self.is_arrival(event)? {
            return Ok(());
        }
        let here = self.inner.users.presence.here();
        if rooms.is_local(event.pdu.sender()) {
            if here.contains(&event.meta.sender) {
                self.pass(self.others_in(event.meta.room)?, |passing| passing.is_here(event.meta.sender));
            }
            return Ok(());
        }
        let server = event.pdu.sender().server_name();
        for user in here {
            if self.allows(server) && rooms.rooms_of(user)?.is_joined(event.meta.room) {
                self.pass([server.to_owned()], |passing| passing.is_here(user));
            }
        }
        Ok(())
    }

    /// The servers that share a room with somebody of this one since this event.
    pub(super) fn new_near(&self, event: &StoredEvent) -> Result<BTreeSet<OwnedServerName>, RoomError> {
        let rooms = &self.inner.rooms;
        let mut servers = BTreeSet::new();
        if rooms.is_local(event.pdu.sender()) && self.is_arrival(event)? {
            servers = self.others_in(event.meta.room)?;
        }
        if servers.is_empty() {
            return Ok(servers);
        }
        for room in rooms.joined_rooms(event.meta.sender)? {
            if room != event.meta.room {
                let known = rooms.servers_in(room)?;
                servers.retain(|server| !known.contains(server));
            }
        }
        Ok(servers)
    }

    /// Whether somebody joins with this event who was not in the room.
    fn is_arrival(&self, event: &StoredEvent) -> Result<bool, RoomError> {
        let is_join = |event: &StoredEvent| Membership::of_event(&event.pdu) == Some(Membership::Join);
        if *event.pdu.kind() != TimelineEventType::RoomMember || !is_join(event) {
            return Ok(false);
        }
        let Some(key) = event.meta.state_key else { return Ok(false) };
        let rooms = &self.inner.rooms;
        let before = rooms.state_get(event.meta.room, event.meta.before, key)?;
        let before = before.map(|before| rooms.event(before)).transpose()?.flatten();
        Ok(!before.is_some_and(|before| is_join(&before)))
    }
}
