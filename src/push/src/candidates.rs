//! For whom an event has to be judged by itself: those it may highlight, and those with rules of their own.
//!
//! What is the same for everyone, mentions of the whole room included, is counted by subtraction and judged for nobody.

use crate::{PushError, audience::Audience};
use rooms::{Rooms, StoredEvent, UserNum};
use ruma::UserId;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

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
    /// Whoever is named in the text, which is in small letters, as old clients do it.
    InText(String),
    /// Nobody in particular.
    Nobody,
}

impl Meant {
    pub(crate) fn of(event: &StoredEvent) -> Self {
        let content = event.pdu.content_as::<Content>().unwrap_or_default();
        match (content.mentions, content.body) {
            (Some(mentions), _) => {
                let ids = mentions.get("user_ids").and_then(Value::as_array);
                let ids = ids.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
                Self::Named(ids)
            }
            (None, Some(Value::String(body))) => Self::InText(body.to_lowercase()),
            (None, _) => Self::Nobody,
        }
    }
}

/// The people of this server in the event's room for whom it must be judged.
pub(crate) fn candidates(
    rooms: &Rooms,
    audience: &Audience,
    event: &StoredEvent,
) -> Result<BTreeSet<UserNum>, PushError> {
    let mut found = match Meant::of(event) {
        Meant::Named(ids) => named(rooms, audience, &ids)?,
        Meant::InText(text) => audience.names.in_text(&text),
        Meant::Nobody => BTreeSet::new(),
    };
    found.extend(&audience.custom);
    found.remove(&event.meta.sender);
    Ok(found)
}

fn named(rooms: &Rooms, audience: &Audience, ids: &[String]) -> Result<BTreeSet<UserNum>, PushError> {
    let mut found = BTreeSet::new();
    for id in ids {
        let Ok(id) = <&UserId>::try_from(id.as_str()) else { continue };
        if let Some(user) = rooms.ids().find_user(id)?
            && audience.names.contains(user)
        {
            found.insert(user);
        }
    }
    Ok(found)
}
