//! What can be found of an event.

use crate::SearchError;
use events::relation::Relation;
use rooms::{EventNum, RoomNum, Rooms, StoredEvent, UserNum};
use ruma::events::TimelineEventType;
use serde::Deserialize;

/// Which text of an event (client-server API, "Server Side Search", `keys`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// `content.body` of messages.
    Body = 0,
    /// `content.name` of `m.room.name`.
    Name = 1,
    /// `content.topic` of `m.room.topic`.
    Topic = 2,
}

impl Key {
    pub(crate) fn number(self) -> u64 {
        self as u64
    }
}

/// A document of the index.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) event: EventNum,
    pub(crate) room: RoomNum,
    pub(crate) sender: UserNum,
    pub(crate) key: Key,
    /// When it was sent, as its sender says, in milliseconds since the epoch.
    pub(crate) time: u64,
    pub(crate) order: i64,
    pub(crate) text: String,
}

impl Entry {
    /// What can be found of the event as things stand; `None` if nothing can.
    pub(crate) fn of(rooms: &Rooms, event: &StoredEvent) -> Result<Option<Self>, SearchError> {
        let flags = event.meta.flags;
        if !event.meta.in_timeline() || flags.outlier || flags.rejected || flags.soft_failed {
            return Ok(None);
        }
        if rooms.redacted_by(event.num)?.is_some() {
            return Ok(None);
        }
        let Some((key, text)) = text(rooms, event)? else { return Ok(None) };
        Ok(Some(Self {
            event: event.num,
            room: event.meta.room,
            sender: event.meta.sender,
            key,
            time: event.pdu.origin_server_ts().get().into(),
            order: event.meta.order,
            text,
        }))
    }
}

/// The event that this one edits, if it is an edit.
pub(crate) fn edited(rooms: &Rooms, event: &StoredEvent) -> Result<Option<EventNum>, SearchError> {
    let Some(relation) = Relation::of(event.pdu.content_json()) else { return Ok(None) };
    match relation.target() {
        Some(("m.replace", target)) => Ok(rooms.ids().find_event(target)?),
        _ => Ok(None),
    }
}

fn text(rooms: &Rooms, event: &StoredEvent) -> Result<Option<(Key, String)>, SearchError> {
    if event.pdu.state_key().is_some() {
        return Ok(state_text(event));
    }
    if is_edit(event) {
        // It is found as what it edits.
        return Ok(None);
    }
    let body = match rooms.latest_edit(event)? {
        Some(edit) => rooms.event(edit)?.and_then(|edit| new_body(&edit)),
        None => body(event),
    };
    Ok(body.map(|body| (Key::Body, body)))
}

fn is_edit(event: &StoredEvent) -> bool {
    let relation = Relation::of(event.pdu.content_json());
    relation.is_some_and(|relation| relation.target().is_some_and(|(kind, _)| kind == "m.replace"))
}

#[derive(Deserialize)]
struct Message {
    body: String,
}

fn body(event: &StoredEvent) -> Option<String> {
    event.pdu.content_as::<Message>().ok().map(|content| content.body)
}

fn new_body(edit: &StoredEvent) -> Option<String> {
    #[derive(Deserialize)]
    struct Content {
        #[serde(rename = "m.new_content")]
        new_content: Message,
    }
    edit.pdu.content_as::<Content>().ok().map(|content| content.new_content.body)
}

fn state_text(event: &StoredEvent) -> Option<(Key, String)> {
    #[derive(Deserialize)]
    struct Name {
        name: String,
    }
    #[derive(Deserialize)]
    struct Topic {
        topic: String,
    }
    match event.pdu.kind() {
        TimelineEventType::RoomName => Some((Key::Name, event.pdu.content_as::<Name>().ok()?.name)),
        TimelineEventType::RoomTopic => Some((Key::Topic, event.pdu.content_as::<Topic>().ok()?.topic)),
        _ => None,
    }
}
