//! Stripped state: what people see of a room that they are invited to or ask to enter (client-server API, "Stripped
//! state").

use crate::{RoomError, Rooms, StateKeyNum, StoredEvent, ids::types, json::write_array};
use events::client_format;
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
        let events = self.stripped_events(member_event)?;
        write_array(out, events, |out, event| {
            out.extend_from_slice(client_format::stripped_json(&event.pdu).as_bytes());
        });
        Ok(())
    }

    /// The events of [`Rooms::write_stripped_state`], but the member event, which comes last.
    fn stripped_events(&self, member_event: &StoredEvent) -> Result<Vec<Arc<StoredEvent>>, RoomError> {
        let (room, root) = (member_event.meta.room, member_event.meta.before);
        let sender = self.ids().find_member_key(member_event.pdu.sender())?;
        let sender = sender.filter(|sender| Some(*sender) != member_event.meta.state_key);
        let places = SHOWN.into_iter().map(|kind| StateKeyNum::new(kind, 0)).chain(sender);
        let mut events = Vec::new();
        for place in places {
            if let Some(event) = self.state_get(room, root, place)? {
                events.push(self.known_event(event)?);
            }
        }
        events.push(self.known_event(member_event.num)?);
        Ok(events)
    }
}
