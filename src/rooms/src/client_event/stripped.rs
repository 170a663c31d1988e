//! Stripped state: what people see of a room that they are invited to or ask to enter (client-server API, "Stripped
//! state").

use crate::{
    RoomError, RoomNum, RoomRef, Rooms, StateKeyNum, StateRoot, StoredEvent, ids::types, json::write_array,
};
use events::client_format;
use ruma::UserId;
use std::sync::Arc;

/// The state that helps to know a room, in the order of the specification.
const SHOWN: [u64; 7] = [
    types::CREATE,
    types::NAME,
    types::AVATAR,
    types::TOPIC,
    types::JOIN_RULES,
    types::CANONICAL_ALIAS,
    types::ENCRYPTION,
];

impl Rooms {
    /// Writes the stripped state that goes with an invite or knock, as an array: the room as it was at `member_event`, the
    /// people concerned, and that event itself.
    pub fn write_stripped_state(
        &self,
        out: &mut Vec<u8>,
        member_event: &StoredEvent,
    ) -> Result<(), RoomError> {
        let mut texts = if let Some(told) = self.told_outside(member_event)? {
            told
        } else {
            let events = self.stripped_events(member_event)?;
            events.iter().map(|event| client_format::stripped_json(&event.pdu)).collect()
        };
        texts.push(client_format::stripped_json(&member_event.pdu));
        write_array(out, texts, |out, text| out.extend_from_slice(text.as_bytes()));
        Ok(())
    }

    /// The state events that people outside may see of the room as it is now, and the member event of who invites them.
    pub fn shown_to_outsiders(
        &self,
        room: &RoomRef,
        by: Option<&UserId>,
    ) -> Result<Vec<Arc<StoredEvent>>, RoomError> {
        let by = by.map(|by| self.ids().find_member_key(by)).transpose()?.flatten();
        self.shown_at(room.num, self.current_root(room.num)?, by)
    }

    /// What the user was told by others, of a room that this server is not in.
    fn told_outside(&self, member_event: &StoredEvent) -> Result<Option<Vec<String>>, RoomError> {
        let user = member_event.pdu.state_key().and_then(|user| <&UserId>::try_from(user).ok());
        let user = user.map(|user| self.ids().find_user(user)).transpose()?.flatten();
        match user {
            Some(user) if member_event.meta.flags.outlier => self.shown_outside(member_event.meta.room, user),
            _ => Ok(None),
        }
    }

    /// The events of [`Rooms::write_stripped_state`], but the member event. Of rooms that were joined after it, the state
    /// is that of now.
    fn stripped_events(&self, member_event: &StoredEvent) -> Result<Vec<Arc<StoredEvent>>, RoomError> {
        let room = member_event.meta.room;
        let outlier = member_event.meta.flags.outlier;
        let root = if outlier { self.current_root(room)? } else { member_event.meta.before };
        let sender = self.ids().find_member_key(member_event.pdu.sender())?;
        self.shown_at(room, root, sender.filter(|sender| Some(*sender) != member_event.meta.state_key))
    }

    fn shown_at(
        &self,
        room: RoomNum,
        root: StateRoot,
        sender: Option<StateKeyNum>,
    ) -> Result<Vec<Arc<StoredEvent>>, RoomError> {
        let places = SHOWN.into_iter().map(|kind| StateKeyNum::new(kind, 0)).chain(sender);
        let mut events = Vec::new();
        for place in places {
            if let Some(event) = self.state_get(room, root, place)? {
                events.push(self.known_event(event)?);
            }
        }
        Ok(events)
    }
}
