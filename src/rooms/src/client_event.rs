//! Events as one viewer sees them (client-server API, "Room event format").
//!
//! The text of an event is made once and kept; a viewer adds what is theirs alone: the age, their membership, the
//! transaction id if their device sent it, and what relates to the event. So an event that goes to five hundred people
//! is formatted once and copied five hundred times.

mod aggregate;
mod body;
mod bundle;
mod stripped;
mod unsigned;

pub(crate) use aggregate::Aggregate;
pub(crate) use body::Body;

use crate::{
    DeviceNum, RoomError, RoomRef, Rooms, StoredEvent, TxnKey, UserNum,
    json::{ObjectWriter, write_string},
    visibility::{Seen, Sight, Viewer},
};
use ruma::OwnedUserId;
use std::collections::HashSet;
use unsigned::Unsigned;

/// Who is shown events, and how.
#[derive(Clone, Copy, Debug)]
pub struct ViewOptions<'a> {
    /// The viewer.
    pub user: UserNum,
    /// Their device: it is told the transaction ids of what it sent.
    pub device: Option<DeviceNum>,
    /// People whom they ignore: what those sent does not count in aggregations.
    pub ignored: Option<&'a HashSet<OwnedUserId>>,
    /// Whether events name their room; in the timelines of `/sync` they don't.
    pub room_id: bool,
    /// Whether events carry what relates to them (client-server API, "Aggregations of child events").
    pub aggregations: bool,
}

impl ViewOptions<'_> {
    /// For most endpoints: with room id and aggregations.
    pub fn of(user: UserNum, device: Option<DeviceNum>) -> Self {
        Self { user, device, ignored: None, room_id: true, aggregations: true }
    }
}

/// Writes events of one room for one viewer.
pub struct ClientView<'a> {
    rooms: &'a Rooms,
    room: RoomRef,
    options: ViewOptions<'a>,
    sight: Sight<'a>,
    now_ms: u64,
}

impl Rooms {
    /// Begins to show a room.
    pub fn client_view<'a>(&'a self, room: &RoomRef, options: ViewOptions<'a>) -> ClientView<'a> {
        ClientView {
            rooms: self,
            room: RoomRef::clone(room),
            options,
            sight: self.sight(room, Viewer::user(options.user)),
            now_ms: self.inner.clock.now_ms(),
        }
    }
}

/// How deep relations of relations are shown: the latest event of a thread with its edit, and no further.
const MAX_DEPTH: u8 = 2;

impl ClientView<'_> {
    /// Whether the viewer may see the event, and their membership at it.
    pub fn seen(&mut self, event: &StoredEvent) -> Result<Seen, RoomError> {
        self.sight.of(event)
    }

    /// Writes the event to the end of `out` if the viewer may see it; tells whether it did.
    pub fn write_if_visible(&mut self, out: &mut Vec<u8>, event: &StoredEvent) -> Result<bool, RoomError> {
        let seen = self.sight.of(event)?;
        if seen.visible {
            self.write_seen(out, event, seen, 0)?;
        }
        Ok(seen.visible)
    }

    /// Writes the event to the end of `out`. That the viewer may see it is the caller's to know: the state of a room
    /// that they are in, for one.
    pub fn write(&mut self, out: &mut Vec<u8>, event: &StoredEvent) -> Result<(), RoomError> {
        let seen = self.sight.of(event)?;
        self.write_seen(out, event, seen, 0)
    }

    /// The event as a value of its own.
    pub fn json(&mut self, event: &StoredEvent) -> Result<Vec<u8>, RoomError> {
        let mut out = Vec::with_capacity(event.pdu.content_json().len() + 512);
        self.write(&mut out, event)?;
        Ok(out)
    }

    fn write_seen(
        &mut self,
        out: &mut Vec<u8>,
        event: &StoredEvent,
        seen: Seen,
        depth: u8,
    ) -> Result<(), RoomError> {
        let body = if seen.erased {
            self.rooms.erased_body(&self.room, event)?
        } else {
            self.rooms.body(&self.room, event)?
        };
        let relations =
            if self.options.aggregations && depth < MAX_DEPTH { self.relations(event, depth)? } else { None };
        let transaction_id = match &event.meta.txn {
            Some((device, txn)) if Some(*device) == self.options.device => Some(&**txn),
            _ => None,
        };
        let own = event.meta.sender == self.options.user;
        let delay_id = event.meta.txn.as_ref().filter(|_| own).and_then(TxnKey::delay_id);
        out.extend_from_slice(&body.open);
        if self.options.room_id {
            out.extend_from_slice(b",\"room_id\":");
            write_string(out, self.room.id.as_str());
        }
        let mut object = ObjectWriter::go_on(out);
        let unsigned = Unsigned {
            age: self.now_ms.saturating_sub(event.pdu.origin_server_ts().get().into()),
            // Who never had to do with the room counts as outside (MSC4115).
            membership: seen.membership.unwrap_or(crate::Membership::Leave).as_str(),
            transaction_id,
            delay_id,
            shared: &body.unsigned,
            relations: relations.as_deref(),
        };
        unsigned.write(object.key("unsigned"));
        object.end();
        Ok(())
    }
}
