//! Power levels across an upgrade.

use ruma::UserId;
use serde_json::{Map, Value};

/// What a room of an older version calls the most.
const ADMIN: i64 = 100;

/// The levels of the new room, from those of the old one. `creators` are those of the new room, who upgrades it in front;
/// `privileged` says in which of the rooms, old and new, creators stand above all levels.
pub(super) fn carried_over(
    old: Option<Map<String, Value>>,
    creators: &[&UserId],
    privileged: (bool, bool),
) -> Map<String, Value> {
    let known = old.is_some();
    let mut levels = old.unwrap_or_default();
    levels.values_mut().for_each(to_numbers);
    let highest = levels.values().filter_map(highest).max().unwrap_or(ADMIN).max(ADMIN);
    let users = levels.entry("users").or_insert_with(|| Map::new().into());
    let Some(users) = users.as_object_mut() else { return levels };
    if privileged.1 {
        users.retain(|user, _| !creators.iter().any(|creator| creator.as_str() == user));
    } else if privileged.0 || !known {
        // They had more power than any number says.
        for creator in creators {
            users.insert(creator.to_string(), highest.into());
        }
    }
    levels
}

/// Levels at which members without a level of their own can neither speak nor invite; `None` if it is so already.
pub(super) fn silenced(mut levels: Map<String, Value>) -> Option<Map<String, Value>> {
    let number = |levels: &Map<String, Value>, key: &str| levels.get(key).and_then(as_number).unwrap_or(0);
    let enough = number(&levels, "users_default").saturating_add(1).max(50);
    let mut raised = false;
    for key in ["events_default", "invite"] {
        if number(&levels, key) < enough {
            levels.insert(key.to_owned(), enough.into());
            raised = true;
        }
    }
    raised.then_some(levels)
}

/// Old versions took texts for numbers (room version 10, "Values in `m.room.power_levels` events must be integers").
fn to_numbers(value: &mut Value) {
    match value {
        Value::Object(inner) => inner.values_mut().for_each(to_numbers),
        other => {
            if let Some(number) = as_number(other) {
                *other = number.into();
            }
        }
    }
}

fn as_number(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn highest(value: &Value) -> Option<i64> {
    match value {
        Value::Object(inner) => inner.values().filter_map(as_number).max(),
        other => as_number(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruma::user_id;
    use serde_json::json;

    fn map(value: Value) -> Map<String, Value> {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn creators_have_no_level_where_they_stand_above_all() {
        let old = map(json!({"users": {"@a:x": 100, "@b:x": "50", "@c:x": 7}, "ban": "60"}));
        let creators = [user_id!("@a:x"), user_id!("@c:x")];
        let new = carried_over(Some(old), &creators, (false, true));
        assert_eq!(Value::from(new), json!({"users": {"@b:x": 50}, "ban": 60}));
    }

    #[test]
    fn creators_get_a_level_where_they_need_one() {
        let creators = [user_id!("@a:x")];
        let old = map(json!({"events": {"m.room.tombstone": 150}, "users": {"@b:x": 50}}));
        let new = carried_over(Some(old), &creators, (true, false));
        assert_eq!(new["users"], json!({"@a:x": 150, "@b:x": 50}));
        assert_eq!(carried_over(None, &creators, (false, false))["users"], json!({"@a:x": 100}));
        let old = map(json!({"users": {"@a:x": 60}}));
        assert_eq!(carried_over(Some(old), &creators, (false, false))["users"], json!({"@a:x": 60}));
    }

    #[test]
    fn silence_is_above_what_everybody_has() {
        let levels = silenced(map(json!({"users_default": 60, "invite": 100}))).unwrap();
        assert_eq!(Value::from(levels), json!({"users_default": 60, "events_default": 61, "invite": 100}));
        assert_eq!(silenced(map(json!({"events_default": 50, "invite": 50}))), None);
    }
}
