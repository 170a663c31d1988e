//! Edits: which of them count, and which is the latest.

use super::RelType;
use crate::{EventNum, RoomError, Rooms, StoredEvent};
use events::{Pdu, relation::Relation};
use serde::Deserialize;
use std::{cmp::Ordering, sync::Arc};

/// Whether `edit` may replace `original` (client-server API, "Validity of replacement events"). That both are in one
/// room is the index's.
fn is_valid(original: &Pdu, edit: &Pdu) -> bool {
    original.sender() == edit.sender()
        && original.kind() == edit.kind()
        && original.state_key().is_none()
        && edit.state_key().is_none()
        && !is_replacement(original)
        && has_new_content(edit)
}

fn is_replacement(pdu: &Pdu) -> bool {
    Relation::of(pdu.content_json()).is_some_and(|relation| relation.rel_type.as_deref() == Some("m.replace"))
}

/// Encrypted edits have it inside.
fn has_new_content(edit: &Pdu) -> bool {
    #[derive(Deserialize)]
    struct Content<'a> {
        #[serde(borrow, rename = "m.new_content")]
        new_content: Option<&'a serde_json::value::RawValue>,
    }
    edit.kind() == &ruma::events::TimelineEventType::RoomEncrypted
        || edit.content_as::<Content<'_>>().is_ok_and(|content| {
            content.new_content.is_some_and(|new_content| new_content.get().starts_with('{'))
        })
}

/// The more recent edit is greater.
fn by_recency(a: &Pdu, b: &Pdu) -> Ordering {
    (a.origin_server_ts(), a.event_id()).cmp(&(b.origin_server_ts(), b.event_id()))
}

impl Rooms {
    /// The edit that clients show instead of `original`, if there is one.
    pub fn latest_edit(&self, original: &StoredEvent) -> Result<Option<EventNum>, RoomError> {
        let mut latest: Option<Arc<StoredEvent>> = None;
        for num in self.children(original.num, RelType::Replace)? {
            let Some(edit) = self.event(num)? else { continue };
            let newer = latest.as_ref().is_none_or(|latest| by_recency(&edit.pdu, &latest.pdu).is_gt());
            if newer && is_valid(&original.pdu, &edit.pdu) {
                latest = Some(edit);
            }
        }
        Ok(latest.map(|edit| edit.num))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruma::OwnedEventId;
    use serde_json::json;

    fn pdu(
        id: &str,
        sender: &str,
        kind: &str,
        state_key: Option<&str>,
        ts: u64,
        content: &serde_json::Value,
    ) -> Pdu {
        let mut event = json!({
            "auth_events": [], "content": content, "depth": 1, "hashes": {"sha256": ""}, "origin_server_ts": ts,
            "prev_events": [], "room_id": "!r:x", "sender": sender, "signatures": {}, "type": kind,
        });
        if let Some(state_key) = state_key {
            event["state_key"] = state_key.into();
        }
        Pdu::from_stored(OwnedEventId::try_from(id).unwrap(), event.to_string()).unwrap()
    }

    fn edit(sender: &str, kind: &str, state_key: Option<&str>) -> Pdu {
        let content = json!({"body": "*", "m.new_content": {"body": ""}, "m.relates_to": {"rel_type": "m.replace", "event_id": "$a"}});
        pdu("$e", sender, kind, state_key, 2, &content)
    }

    #[test]
    fn edits_count_only_between_like_and_like() {
        let original = pdu("$a", "@a:x", "m.room.message", None, 1, &json!({"body": "x"}));
        assert!(is_valid(&original, &edit("@a:x", "m.room.message", None)));
        assert!(!is_valid(&original, &edit("@b:x", "m.room.message", None)));
        assert!(!is_valid(&original, &edit("@a:x", "m.sticker", None)));
        assert!(!is_valid(&original, &edit("@a:x", "m.room.message", Some(""))));
        assert!(!is_valid(&edit("@a:x", "m.room.message", None), &edit("@a:x", "m.room.message", None)));
        let empty = pdu("$e", "@a:x", "m.room.message", None, 2, &json!({"body": "no new content"}));
        assert!(!is_valid(&original, &empty));
        let secret = pdu("$a", "@a:x", "m.room.encrypted", None, 1, &json!({}));
        assert!(is_valid(&secret, &pdu("$e", "@a:x", "m.room.encrypted", None, 2, &json!({}))));
    }

    #[test]
    fn the_latest_edit_is_the_one_of_the_latest_time_then_id() {
        let at = |id, ts| pdu(id, "@a:x", "m.room.message", None, ts, &json!({}));
        assert!(by_recency(&at("$a", 2), &at("$b", 1)).is_gt());
        assert!(by_recency(&at("$a", 2), &at("$b", 2)).is_lt());
    }
}
