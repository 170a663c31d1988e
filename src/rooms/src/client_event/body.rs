//! What all viewers of an event share.

use crate::{RoomError, RoomRef, Rooms, StoredEvent, cache::Weigh, json::ObjectWriter};
use events::{Pdu, client_format, redact};
use std::sync::Arc;

/// The text of an event without what differs between viewers.
#[derive(Debug)]
pub(crate) struct Body {
    /// The object up to its last entry, without `room_id`, `unsigned` and the closing brace.
    pub(crate) open: Box<[u8]>,
    /// Entries of `unsigned` that are the same for everyone, without braces.
    pub(crate) unsigned: Box<[u8]>,
}

impl Weigh for Body {
    fn weight(&self) -> u64 {
        (size_of::<Self>() + self.open.len() + self.unsigned.len()) as u64
    }
}

impl Rooms {
    /// The body of an event, from memory if it was asked for lately.
    pub(super) fn body(&self, room: &RoomRef, event: &StoredEvent) -> Result<Arc<Body>, RoomError> {
        self.inner
            .views
            .bodies
            .get_or_insert_with(&event.num, || self.make_body(room, event, false).map(Arc::new))
    }

    /// The body for whoever gets no content of it, see [`crate::visibility::Seen::erased`].
    pub(super) fn erased_body(&self, room: &RoomRef, event: &StoredEvent) -> Result<Arc<Body>, RoomError> {
        self.make_body(room, event, true).map(Arc::new)
    }

    fn make_body(&self, room: &RoomRef, event: &StoredEvent, erased: bool) -> Result<Body, RoomError> {
        let because = self.redacted_by(event.num)?;
        let pdu = shown(room, &event.pdu, erased || because.is_some())?;
        let mut unsigned = Vec::new();
        let mut entries = ObjectWriter::start(&mut unsigned);
        if let Some(because) = because {
            let because = self.known_event(because)?;
            let options = client_format::Options { room_id: true, unsigned: None };
            entries.raw("redacted_because", client_format::json(&because.pdu, &room.rules, options));
        }
        if let Some(replaced) = self.replaced(event)? {
            let without = erased || self.redacted_by(replaced.num)?.is_some();
            entries.raw("prev_content", shown(room, &replaced.pdu, without)?.content_json());
            entries.text("replaces_state", replaced.event_id().as_str());
            entries.text("prev_sender", replaced.pdu.sender().as_str());
        }
        let unsigned = unsigned.split_off(1).into_boxed_slice();
        Ok(Body { open: open_object(&pdu, room), unsigned })
    }

    /// The state event that this one took the place of.
    pub fn replaced(&self, event: &StoredEvent) -> Result<Option<Arc<StoredEvent>>, RoomError> {
        let Some(key) = event.meta.state_key else { return Ok(None) };
        let replaced = self.state_get(event.meta.room, event.meta.before, key)?;
        replaced.map(|replaced| self.known_event(replaced)).transpose()
    }
}

/// The event as it is shown: with or without its content.
fn shown(room: &RoomRef, pdu: &Pdu, without: bool) -> Result<Pdu, RoomError> {
    if !without {
        return Ok(pdu.clone());
    }
    redact(pdu, &room.rules).map_err(|_| RoomError::Damaged("an event that can't be redacted"))
}

fn open_object(pdu: &Pdu, room: &RoomRef) -> Box<[u8]> {
    let mut json = client_format::json(pdu, &room.rules, client_format::Options::default()).into_bytes();
    json.pop();
    json.into_boxed_slice()
}
