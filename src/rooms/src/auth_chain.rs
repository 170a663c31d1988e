//! What authorizes events, and what authorizes that, back to the creation of the room.

use std::{collections::BTreeSet, sync::Arc};

use ruma::EventId;

use crate::{EventNum, RoomError, RoomRef, Rooms, StateRoot, StoredEvent};

impl Rooms {
    /// All events of the room that authorize these, directly or through others, each after those that authorize it. From room
    /// version 12 on the create event is among them, though no event names it.
    pub fn auth_chain(&self, room: &RoomRef, events: &[EventNum]) -> Result<Vec<EventNum>, RoomError> {
        let mut chain = BTreeSet::new();
        let mut next = events.to_vec();
        if !events.is_empty() {
            chain.extend(self.create_event_of(room)?);
        }
        while let Some(event) = next.pop() {
            let meta = self.inner.events.meta(event)?;
            let meta = meta.ok_or(RoomError::Damaged("an event that authorizes others is gone"))?;
            next.extend(meta.auth.iter().copied().filter(|event| chain.insert(*event)));
        }
        // Events are stored after those that authorize them.
        Ok(chain.into_iter().collect())
    }

    fn create_event_of(&self, room: &RoomRef) -> Result<Option<EventNum>, RoomError> {
        if !room.rules.authorization.room_create_event_id_as_room_id {
            return Ok(None);
        }
        let id = room.id.as_str().strip_prefix('!').and_then(|hash| EventId::parse(format!("${hash}")).ok());
        id.map(|id| self.inner.ids.find_event(&id)).transpose().map(Option::flatten)
    }

    /// The events of a state, sorted by type and key numbers.
    pub fn state_events(&self, room: &RoomRef, root: StateRoot) -> Result<Vec<Arc<StoredEvent>>, RoomError> {
        let entries = self.state_entries(room.num, root)?;
        entries.into_iter().map(|(_, event)| self.known_event(event)).collect()
    }
}
