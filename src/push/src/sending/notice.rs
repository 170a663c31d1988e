//! What a push says of an event (Push Gateway API, `POST /_matrix/push/v1/notify`).

use super::{Inner, badge::Unread, due::DueEvent};
use crate::{PushError, audience::display_name};
use rooms::UserNum;
use ruma::events::TimelineEventType;
use serde_json::{Map, Value, json};

/// How much the apps of devices may do about a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Priority {
    /// Wake somebody up.
    High,
    /// Save energy.
    Low,
}

impl Priority {
    /// High for what makes a sound, stands out, or may do so once it is decrypted.
    fn of(due: &DueEvent) -> Self {
        let says = |tweak: &str| due.tweaks.get(tweak).is_some_and(|value| *value != Value::Bool(false));
        let encrypted = *due.event.pdu.kind() == TimelineEventType::RoomEncrypted;
        if encrypted || says("sound") || says("highlight") { Self::High } else { Self::Low }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Low => "low",
        }
    }
}

/// What a push says.
pub(super) struct Notice {
    pub(super) priority: Priority,
    /// The ids and the unread counts.
    pub(super) brief: Map<String, Value>,
    /// All that there is to say besides.
    pub(super) more: Map<String, Value>,
    pub(super) tweaks: Map<String, Value>,
}

impl Notice {
    /// Unread counts alone.
    pub(super) fn of_counts(unread: Unread) -> Self {
        let priority = Priority::Low;
        let brief = json!({ "counts": unread.counts(), "prio": priority.as_str() });
        Self { priority, brief: object(brief), more: Map::new(), tweaks: Map::new() }
    }

    /// All of it, or the ids and counts alone (`event_id_only`).
    pub(super) fn said(&self, briefly: bool) -> Map<String, Value> {
        let mut said = self.brief.clone();
        if !briefly {
            said.extend(self.more.clone());
        }
        said
    }
}

impl Inner {
    /// What is said of an event to one of those whom it notifies.
    pub(super) fn notice(&self, user: UserNum, due: &DueEvent, unread: Unread) -> Result<Notice, PushError> {
        let (pdu, priority) = (&due.event.pdu, Priority::of(due));
        let brief = json!({
            "event_id": pdu.event_id(),
            "room_id": due.room.id,
            "counts": unread.counts(),
            "prio": priority.as_str(),
        });
        let content: Value = serde_json::from_str(pdu.content_json())
            .map_err(|_| PushError::Damaged("the content of an event"))?;
        let more = json!({ "type": pdu.kind().to_string(), "sender": pdu.sender(), "content": content });
        let mut more = object(more);
        let mut add = |key: &str, value: Option<String>| {
            more.extend(value.map(|value| (key.to_owned(), Value::String(value))));
        };
        let [sender, name, alias] = self.called(user, due)?;
        add("sender_display_name", sender);
        add("room_name", name);
        add("room_alias", alias);
        if *pdu.kind() == TimelineEventType::RoomMember {
            let membership = more["content"].get("membership").cloned();
            more.extend(membership.map(|membership| ("membership".to_owned(), membership)));
        }
        if due.is_target(&self.rooms.ids().user_id(user)?) {
            more.insert("user_is_target".to_owned(), Value::Bool(true));
        }
        Ok(Notice { priority, brief: object(brief), more, tweaks: due.tweaks.clone() })
    }

    /// What the sender and the room are called there, and the room's alias.
    fn called(&self, user: UserNum, due: &DueEvent) -> Result<[Option<String>; 3], PushError> {
        let (room, pdu) = (due.room.num, &due.event.pdu);
        if let Some(sender) = self.rooms.membership(room, due.event.meta.sender)? {
            let (name, alias) = self.rooms.called(room)?;
            let sender = display_name(&self.rooms, sender.event)?;
            return Ok([sender, name, alias.map(|alias| alias.to_string())]);
        }
        // An invite to a room that this server is not in: whoever invites tells what it is.
        let told = |kind: &str, key: &str, field: &str| {
            let content = self.rooms.state_outside(room, user, (kind, key))?;
            let text = content.and_then(|content| Some(content.get(field)?.as_str()?.to_owned()));
            Ok::<_, PushError>(text.filter(|text| !text.is_empty()))
        };
        let sender = told("m.room.member", pdu.sender().as_str(), "displayname")?;
        Ok([sender, told("m.room.name", "", "name")?, told("m.room.canonical_alias", "", "alias")?])
    }
}

fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}
