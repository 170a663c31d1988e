//! What other servers get to see of a room's events (server-server API, "Backfilling and retrieving missing events": what
//! a server's people may not see it gets without its content).

use crate::{
    EventNum, Membership, RoomError, RoomRef, Rooms, StateKeyNum, StateRoot, StoredEvent, ids::types,
};
use events::redact;
use ruma::{OwnedServerName, ServerName, UserId, events::room::history_visibility::HistoryVisibility};
use std::{collections::HashMap, sync::Arc};

/// A walk over events of one room with the eyes of a server that is in it. Cheap to make; what it finds out about a state it
/// remembers.
pub struct ServerSight<'a> {
    rooms: &'a Rooms,
    room: RoomRef,
    server: OwnedServerName,
    /// The places in the state of all its people that ever had to do with the room; asked for when it matters.
    people: Option<Vec<StateKeyNum>>,
    known: HashMap<StateRoot, bool>,
}

impl Rooms {
    /// Begins to look at a room for another server.
    pub fn server_sight(&self, room: &RoomRef, server: &ServerName) -> ServerSight<'_> {
        ServerSight {
            rooms: self,
            room: Arc::clone(room),
            server: server.to_owned(),
            people: None,
            known: HashMap::new(),
        }
    }

    /// An event as other servers get it, canonical JSON: without its content once it was redacted, or if it is `hidden`.
    pub fn federated(&self, room: &RoomRef, event: &StoredEvent, hidden: bool) -> Result<String, RoomError> {
        if !hidden && self.redacted_by(event.num)?.is_none() {
            return Ok(event.pdu.json().to_owned());
        }
        let stripped = redact(&event.pdu, &room.rules);
        let stripped = stripped.map_err(|_| RoomError::Damaged("an event that can't be redacted"))?;
        Ok(stripped.json().to_owned())
    }
}

impl ServerSight<'_> {
    /// An event of the room as the server gets it, canonical JSON.
    pub fn json(&mut self, event: &StoredEvent) -> Result<String, RoomError> {
        let hidden = !self.sees(event)?;
        self.rooms.federated(&self.room, event, hidden)
    }

    /// Whether the server gets the event with its content.
    pub fn sees(&mut self, event: &StoredEvent) -> Result<bool, RoomError> {
        if self.concerns(event) {
            return Ok(true);
        }
        if self.rooms.has_erased(event) && !self.any_in(event.meta.after, &[Membership::Join])? {
            return Ok(false);
        }
        if self.sees_at(event.meta.after)? {
            return Ok(true);
        }
        // A change of who sees what is shown to whom it is shown before or after.
        let changes_rule = event.meta.state_key == Some(StateKeyNum::HISTORY_VISIBILITY);
        Ok(changes_rule && self.sees_at(event.meta.before)?)
    }

    /// Whether it is by the server's people, or about their membership.
    fn concerns(&self, event: &StoredEvent) -> bool {
        let is_member = event.meta.state_key.is_some_and(|key| key.event_type() == types::MEMBER);
        let of_server = |user: &UserId| user.server_name() == self.server;
        let about = event.pdu.state_key().filter(|_| is_member).and_then(|key| <&UserId>::try_from(key).ok());
        of_server(event.pdu.sender()) || about.is_some_and(of_server)
    }

    fn sees_at(&mut self, root: StateRoot) -> Result<bool, RoomError> {
        if let Some(sees) = self.known.get(&root) {
            return Ok(*sees);
        }
        let sees = match self.rooms.visibility_at(self.room.num, root)? {
            HistoryVisibility::Joined => self.any_in(root, &[Membership::Join])?,
            HistoryVisibility::Invited => self.any_in(root, &[Membership::Join, Membership::Invite])?,
            _ => true,
        };
        self.known.insert(root, sees);
        Ok(sees)
    }

    /// Whether any of its people has one of these memberships in a state.
    fn any_in(&mut self, root: StateRoot, wanted: &[Membership]) -> Result<bool, RoomError> {
        let people = match self.people.take() {
            Some(people) => people,
            None => self.find_people()?,
        };
        let mut found = false;
        for key in &people {
            let Some(event) = self.rooms.state_get(self.room.num, root, *key)? else { continue };
            if self.membership(event)?.is_some_and(|membership| wanted.contains(&membership)) {
                found = true;
                break;
            }
        }
        self.people = Some(people);
        Ok(found)
    }

    fn membership(&self, event: EventNum) -> Result<Option<Membership>, RoomError> {
        Ok(Membership::of_content(self.rooms.known_event(event)?.pdu.content_json()))
    }

    fn find_people(&self) -> Result<Vec<StateKeyNum>, RoomError> {
        let ids = self.rooms.ids();
        let mut keys = Vec::new();
        for (user, _) in self.rooms.members(self.room.num, |_| true)? {
            let user = ids.user_id(user)?;
            if user.server_name() == self.server {
                keys.extend(ids.find_member_key(&user)?);
            }
        }
        Ok(keys)
    }
}
