//! What is not part of a room's history: who types, what people have read.

use crate::{SyncError, delta::Delta, joined::Reading};
use rooms::{
    Receipts, RoomRef,
    json::{ObjectWriter, write_array, write_string},
};
use storage::Position;

impl Reading<'_> {
    /// The ephemeral events of a room since the client looked; all of them in a room that is new to it.
    pub(crate) fn ephemeral(
        &self,
        room: &RoomRef,
        delta: &Delta,
        new: bool,
    ) -> Result<Vec<Vec<u8>>, SyncError> {
        let after = if new { Position(0) } else { self.since };
        let filter = &self.filter.ephemeral;
        let mut events = Vec::new();
        if filter.takes_none() || !filter.takes_room(&room.id) {
            return Ok(events);
        }
        if filter.takes_type("m.typing") {
            events.extend(self.typing(room, after, new)?);
        }
        if filter.takes_type("m.receipt") {
            let own = if new || self.own_news {
                self.inner.rooms.private_receipts(room.num, after, self.caller.user)?
            } else {
                Receipts::default()
            };
            let content = delta.receipts.content_with(&own);
            events.extend(content.map(|content| ephemeral_event("m.receipt", &content)));
        }
        Ok(events)
    }

    /// Who types, when that changed. Nobody typing in a new room goes without saying.
    fn typing(&self, room: &RoomRef, after: Position, new: bool) -> Result<Option<Vec<u8>>, SyncError> {
        let rooms = &self.inner.rooms;
        if rooms.typing_changed(room.num) <= after {
            return Ok(None);
        }
        let (users, _) = rooms.typing(room.num);
        if new && users.is_empty() {
            return Ok(None);
        }
        let mut ids = Vec::with_capacity(users.len());
        for user in users {
            let id = rooms.ids().user_id(user)?;
            if !self.ignored.contains(&id) {
                ids.push(id);
            }
        }
        let mut content = Vec::new();
        let mut object = ObjectWriter::start(&mut content);
        write_array(object.key("user_ids"), &ids, |out, id| write_string(out, id.as_str()));
        object.end();
        Ok(Some(ephemeral_event("m.typing", &content)))
    }
}

/// An event of nothing but type and content.
pub(crate) fn ephemeral_event(kind: &str, content: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(content.len() + kind.len() + 24);
    let mut object = ObjectWriter::start(&mut out);
    object.text("type", kind);
    object.raw("content", content);
    object.end();
    out
}
