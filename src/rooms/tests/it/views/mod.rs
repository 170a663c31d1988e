//! What people are shown of rooms.

mod aliases;

mod counts;
mod directory;
mod events;
mod receipts;
mod relations;
mod summary;
mod typing;
mod visibility;

use crate::common::TestRooms;
use rooms::{Draft, Sent, StoredEvent, UserNum, ViewOptions};
use ruma::{EventId, RoomId, UserId, events::TimelineEventType};
use serde_json::{Value, json, value::to_raw_value};
use std::sync::Arc;

impl TestRooms {
    fn num(&self, who: &UserId) -> UserNum {
        self.rooms.ids().user(who).expect("a number")
    }

    fn event(&self, id: &EventId) -> Arc<StoredEvent> {
        self.rooms.event_by_id(id).expect("a read").expect("a known event")
    }

    /// The event as `who` is shown it.
    fn shown(&self, room: &RoomId, who: &UserId, id: &EventId) -> Value {
        let mut view = self.rooms.client_view(&self.info(room), ViewOptions::of(self.num(who), None));
        serde_json::from_slice(&view.json(&self.event(id)).expect("an event")).expect("JSON")
    }

    fn sees(&self, who: &UserId, id: &EventId) -> bool {
        self.rooms.visible_to(self.num(who), &self.event(id)).expect("a read")
    }

    async fn send(&self, room: &RoomId, who: &UserId, kind: &str, content: Value) -> Sent {
        self.rooms.send(room, draft(who, kind, content)).await.expect("may send")
    }

    /// A message that relates to another event.
    async fn relate(&self, room: &RoomId, who: &UserId, rel_type: &str, to: &EventId) -> Sent {
        let content = json!({
            "msgtype": "m.text", "body": rel_type, "m.relates_to": {"rel_type": rel_type, "event_id": to},
        });
        self.send(room, who, "m.room.message", content).await
    }

    async fn react(
        &self,
        room: &RoomId,
        who: &UserId,
        key: &str,
        to: &EventId,
    ) -> Result<Sent, rooms::RoomError> {
        let content = json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": to, "key": key}});
        self.rooms.send(room, draft(who, "m.reaction", content)).await
    }

    async fn redact(&self, room: &RoomId, who: &UserId, event: &EventId) -> Sent {
        let redacts = Some(event.to_owned());
        let draft = Draft { redacts, ..draft(who, "m.room.redaction", json!({"redacts": event})) };
        self.rooms.send(room, draft).await.expect("may redact")
    }
}

#[expect(clippy::needless_pass_by_value, reason = "callers write json!(…) in place")]
fn draft(who: &UserId, kind: &str, content: Value) -> Draft {
    let content = to_raw_value(&content).expect("JSON");
    Draft::message(who.to_owned(), TimelineEventType::from(kind), content)
}
