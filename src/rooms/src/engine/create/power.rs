//! The power levels that a room starts with.

use events::RoomVersionRules;
use serde_json::{Map, Value, json};

use super::{CreateRoom, Preset, content::additional_creators};
use crate::{Code, RoomError};

/// The preset's power levels with the wish's own fields over them.
pub(super) fn levels(wish: &CreateRoom, rules: &RoomVersionRules) -> Result<Value, RoomError> {
    let creators_rule = rules.authorization.explicitly_privilege_room_creators;
    let trusted = wish.preset() == Preset::TrustedPrivateChat;
    let mut users = Map::new();
    if !creators_rule {
        users.insert(wish.creator.to_string(), 100.into());
        let invited = wish.invited().filter(|_| trusted);
        users.extend(invited.map(|user| (user.to_string(), 100.into())));
    }
    let closed = wish.preset() != Preset::PublicChat;
    let mut levels = Map::new();
    levels.insert("users".to_owned(), users.into());
    levels.insert("users_default".to_owned(), 0.into());
    levels.insert("events".to_owned(), events(creators_rule));
    levels.insert("events_default".to_owned(), 0.into());
    for field in ["state_default", "ban", "kick", "redact"] {
        levels.insert(field.to_owned(), 50.into());
    }
    levels.insert("invite".to_owned(), if closed { 0 } else { 50 }.into());
    levels.insert("historical".to_owned(), 100.into());
    levels.extend(wish.power_level_override.clone());
    check(&levels, wish, creators_rule)?;
    Ok(levels.into())
}

fn events(creators_rule: bool) -> Value {
    // Where creators stand above everyone, upgrading the room is theirs alone.
    let tombstone = if creators_rule { 150 } else { 100 };
    json!({
        "m.room.avatar": 50,
        "m.room.canonical_alias": 50,
        "m.room.encryption": 100,
        "m.room.history_visibility": 100,
        "m.room.name": 50,
        "m.room.power_levels": 100,
        "m.room.server_acl": 100,
        "m.room.tombstone": tombstone,
    })
}

fn check(levels: &Map<String, Value>, wish: &CreateRoom, creators_rule: bool) -> Result<(), RoomError> {
    if !creators_rule {
        return Ok(());
    }
    let mut creators = additional_creators(wish)?;
    creators.push(wish.creator.clone());
    let users = levels.get("users").and_then(Value::as_object);
    match creators.iter().find(|user| users.is_some_and(|users| users.contains_key(user.as_str()))) {
        Some(user) => {
            let why = format!("{user} creates the room and can't be in the users of its power levels");
            Err(RoomError::bad(Code::InvalidParam, why))
        }
        None => Ok(()),
    }
}
