//! `m.room.canonical_alias`: which aliases a room shows.

use crate::{Code, Draft, RoomError, RoomNum, Rooms, StateKeyNum, ids::types};
use ruma::{RoomAliasId, UserId, events::TimelineEventType};
use serde_json::{Map, Value, value::RawValue};
use std::collections::BTreeSet;

/// The aliases of a canonical alias event: the main one and the others. What is null or empty is no alias.
fn named(content: &str) -> Option<BTreeSet<String>> {
    let content: Map<String, Value> = serde_json::from_str(content).ok()?;
    let mut names = BTreeSet::new();
    match content.get("alias") {
        None | Some(Value::Null) => {}
        Some(Value::String(name)) if name.is_empty() => {}
        Some(Value::String(name)) => drop(names.insert(name.clone())),
        Some(_) => return None,
    }
    match content.get("alt_aliases") {
        None | Some(Value::Null) => {}
        Some(Value::Array(list)) => {
            for name in list {
                names.insert(name.as_str()?.to_owned());
            }
        }
        Some(_) => return None,
    }
    Some(names)
}

/// The content without one alias; `None` if it doesn't name it.
fn without(content: &str, alias: &str) -> Option<Value> {
    let mut content: Map<String, Value> = serde_json::from_str(content).ok()?;
    let mut changed = false;
    if content.get("alias").and_then(Value::as_str) == Some(alias) {
        content.remove("alias");
        changed = true;
    }
    if let Some(Value::Array(list)) = content.get_mut("alt_aliases") {
        let before = list.len();
        list.retain(|name| name.as_str() != Some(alias));
        changed |= list.len() != before;
        if list.is_empty() {
            content.remove("alt_aliases");
        }
    }
    changed.then_some(Value::Object(content))
}

impl Rooms {
    /// Checks the aliases that a new `m.room.canonical_alias` names besides those of the one `before` it (client-server
    /// API, `PUT /rooms/{roomId}/state/{eventType}/{stateKey}`). Aliases of other servers are taken on trust.
    ///
    /// # Errors
    /// `M_INVALID_PARAM` for what is no alias, `M_BAD_ALIAS` for one that does not lead to this room.
    pub(crate) fn check_canonical_alias(
        &self,
        room: RoomNum,
        content: &str,
        before: Option<&str>,
    ) -> Result<(), RoomError> {
        let invalid = |why: String| RoomError::bad(Code::InvalidParam, why);
        let names = named(content).ok_or_else(|| invalid("alias and alt_aliases must be text".to_owned()))?;
        let known = before.and_then(named).unwrap_or_default();
        let info = self.room_by_num(room)?;
        for name in names.difference(&known) {
            let alias = <&RoomAliasId>::try_from(name.as_str())
                .map_err(|_| invalid(format!("{name} is no alias")))?;
            if alias.server_name() != self.inner.server_name {
                continue;
            }
            let leads_to = self.latest_alias(alias)?.map(|alias| alias.room);
            if leads_to.is_none() || leads_to.as_ref() != info.as_ref().map(|info| &info.id) {
                return Err(RoomError::bad(Code::BadAlias, format!("{name} does not lead to this room")));
            }
        }
        Ok(())
    }

    /// Takes an alias that is gone out of the room's canonical alias event.
    pub(super) async fn drop_canonical(
        &self,
        room: RoomNum,
        user: &UserId,
        alias: &RoomAliasId,
    ) -> Result<(), RoomError> {
        let (Some(info), Some(event)) = (
            self.room_by_num(room)?,
            self.current_state_event(room, StateKeyNum::new(types::CANONICAL_ALIAS, 0))?,
        ) else {
            return Ok(());
        };
        let event = self.known_event(event)?;
        let Some(content) = without(event.pdu.content_json(), alias.as_str()) else { return Ok(()) };
        let Ok(content) = RawValue::from_string(content.to_string()) else { return Ok(()) };
        let draft = Draft::state(user.to_owned(), TimelineEventType::RoomCanonicalAlias, "", content);
        match self.send(&info.id, draft).await {
            // The alias is gone either way; that the room does not let this user say so is its own matter.
            Ok(_) | Err(RoomError::Forbidden(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn names_are_read_from_both_fields() {
        let names = named(r##"{"alias":"#a:x","alt_aliases":["#b:x","#a:x"]}"##).unwrap();
        assert_eq!(names.into_iter().collect::<Vec<_>>(), ["#a:x", "#b:x"]);
        assert_eq!(named(r#"{"alias":null}"#), Some(BTreeSet::new()));
        assert_eq!(named(r#"{"alias":""}"#), Some(BTreeSet::new()));
        assert_eq!(named(r#"{"alias":5}"#), None);
        assert_eq!(named(r#"{"alt_aliases":[1]}"#), None);
    }

    #[test]
    fn a_removed_alias_leaves_the_rest() {
        let content = r##"{"alias":"#a:x","alt_aliases":["#a:x","#b:x"],"more":1}"##;
        assert_eq!(without(content, "#a:x"), Some(json!({"alt_aliases": ["#b:x"], "more": 1})));
        assert_eq!(without(r##"{"alias":"#a:x"}"##, "#a:x"), Some(json!({})));
        assert_eq!(without(content, "#c:x"), None);
    }
}
