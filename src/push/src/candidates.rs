//! For whom an event has to be judged by itself: those it may highlight, and those with rules of their own.

use crate::PushError;
use rooms::{Membership, Rooms, StoredEvent, UserNum};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;
use users::Users;

/// The parts of a content that can name people.
#[derive(Default, Deserialize)]
struct Content {
    #[serde(rename = "m.mentions")]
    mentions: Option<Value>,
    #[serde(default)]
    body: Option<Value>,
}

/// What an event says of the people it is meant for.
pub(crate) enum Meant {
    /// These, by user id (spec "User and room mentions").
    Named(Vec<String>),
    /// Everybody in the room.
    Everybody,
    /// Whoever is named in the text, as old clients do it.
    InText(String),
    /// Nobody in particular.
    Nobody,
}

impl Meant {
    pub(crate) fn of(event: &StoredEvent) -> Self {
        let content = event.pdu.content_as::<Content>().unwrap_or_default();
        match (content.mentions, content.body) {
            (Some(mentions), _) if mentions.get("room") == Some(&Value::Bool(true)) => Self::Everybody,
            (Some(mentions), _) => {
                let ids = mentions.get("user_ids").and_then(Value::as_array);
                let ids = ids.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
                Self::Named(ids)
            }
            (None, Some(Value::String(body))) if body.contains("@room") => Self::Everybody,
            (None, Some(Value::String(body))) => Self::InText(body.to_lowercase()),
            (None, _) => Self::Nobody,
        }
    }
}

/// The people of this server in the event's room for whom it must be judged.
pub(crate) fn candidates(
    rooms: &Rooms,
    users: &Users,
    event: &StoredEvent,
) -> Result<BTreeSet<UserNum>, PushError> {
    let meant = Meant::of(event);
    let mut found = BTreeSet::new();
    let joined = rooms.members(event.meta.room, |info| info.state == Membership::Join)?;
    for (user, info) in joined {
        let id = rooms.ids().user_id(user)?;
        if user == event.meta.sender || !rooms.is_local(&id) {
            continue;
        }
        let named = match &meant {
            Meant::Everybody => true,
            Meant::Named(ids) => ids.iter().any(|named| named == id.as_str()),
            Meant::InText(text) => {
                text.contains(&id.localpart().to_lowercase())
                    || display_name(rooms, info.event)?
                        .is_some_and(|name| text.contains(&name.to_lowercase()))
            }
            Meant::Nobody => false,
        };
        if named || users.push_rules.is_custom(user)? {
            found.insert(user);
        }
    }
    Ok(found)
}

/// How a member event calls its member.
pub(crate) fn display_name(rooms: &Rooms, member: rooms::EventNum) -> Result<Option<String>, PushError> {
    #[derive(Deserialize)]
    struct Content {
        displayname: Option<String>,
    }
    let event = rooms.event(member)?;
    let content = event.and_then(|event| event.pdu.content_as::<Content>().ok());
    Ok(content.and_then(|content| content.displayname).filter(|name| !name.is_empty()))
}
