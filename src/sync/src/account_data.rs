//! What clients keep on the server, for the user and for the user in a room.

use crate::{SyncError, ephemeral::ephemeral_event, joined::Reading};
use rooms::{ReceiptKind, RoomNum, json::ObjectWriter};
use std::collections::{BTreeMap, BTreeSet};
use users::Data;

/// The user's own changes since the client looked.
#[derive(Default)]
pub(crate) struct Personal {
    /// Account data of no room.
    pub(crate) global: Vec<Vec<u8>>,
    /// Account data by room.
    pub(crate) rooms: BTreeMap<RoomNum, Vec<Vec<u8>>>,
    /// Rooms whose unread counts changed.
    pub(crate) counts: BTreeSet<RoomNum>,
}

impl Reading<'_> {
    /// What changed since the client looked.
    pub(crate) fn personal_changes(&self) -> Result<Personal, SyncError> {
        let mut personal = Personal::default();
        let data = &self.inner.users.account_data;
        for data in data.changes(self.caller.user, self.since, self.upto)? {
            match data.room {
                None => personal.global.extend(self.global_event(&data)),
                Some(room) => personal.rooms.entry(room).or_default().extend(self.room_event(room, &data)?),
            }
        }
        for change in self.inner.rooms.personal_changes(self.caller.user, self.since, self.upto)? {
            personal.counts.insert(change.room);
            if change.kind == Some(ReceiptKind::FullyRead) {
                let marker = self.fully_read(change.room)?;
                personal.rooms.entry(change.room).or_default().extend(marker);
            }
        }
        Ok(personal)
    }

    /// All account data of no room.
    pub(crate) fn all_global(&self) -> Result<Vec<Vec<u8>>, SyncError> {
        let all = self.inner.users.account_data.all(self.caller.user)?;
        Ok(all.iter().filter(|data| data.room.is_none()).filter_map(|data| self.global_event(data)).collect())
    }

    /// All account data of a room.
    pub(crate) fn all_of_room(&self, room: RoomNum) -> Result<Vec<Vec<u8>>, SyncError> {
        let mut events = Vec::new();
        for data in self.inner.users.account_data.of_room(self.caller.user, room)? {
            events.extend(self.room_event(room, &data)?);
        }
        events.extend(self.fully_read(room)?);
        Ok(events)
    }

    fn global_event(&self, data: &Data) -> Option<Vec<u8>> {
        let taken = self.filter.account_data.takes(&data.kind, self.caller.user_id.as_str(), || false);
        taken.then(|| ephemeral_event(&data.kind, data.content.get().as_bytes()))
    }

    fn room_event(&self, room: RoomNum, data: &Data) -> Result<Option<Vec<u8>>, SyncError> {
        let filter = &self.filter.room_account_data;
        let taken = filter.takes(&data.kind, self.caller.user_id.as_str(), || false)
            && self.inner.rooms.room_by_num(room)?.is_some_and(|room| filter.takes_room(&room.id));
        Ok(taken.then(|| ephemeral_event(&data.kind, data.content.get().as_bytes())))
    }

    /// The fully-read marker, which clients see as account data of the room.
    fn fully_read(&self, room: RoomNum) -> Result<Option<Vec<u8>>, SyncError> {
        if !self.filter.room_account_data.takes_type("m.fully_read") {
            return Ok(None);
        }
        let Some((event, _)) = self.inner.rooms.fully_read(room, self.caller.user)? else { return Ok(None) };
        let mut content = Vec::new();
        let mut object = ObjectWriter::start(&mut content);
        object.text("event_id", event.as_str());
        object.end();
        Ok(Some(ephemeral_event("m.fully_read", &content)))
    }
}
