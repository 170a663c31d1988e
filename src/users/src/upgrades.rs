//! What somebody has of their own about a room goes with them to the room that replaces it (spec "Room upgrades", "Server
//! behaviour"): push rules, tags, and whether it is a direct chat.

use crate::{
    account_data::AccountData,
    error::{Result, UserError},
    push_rules::PushRules,
    users::Users,
};
use rooms::{RoomRef, UserNum};
use ruma::{
    RoomId,
    push::{ConditionalPushRule, PushCondition, Ruleset},
};
use serde_json::{Map, Value};

/// The account data that lists direct chats by person.
const DIRECT: &str = "m.direct";

impl Users {
    /// Copies what `user` has set for the room `old` to the room `new`. What they have set for that one already stays.
    pub async fn carry_over(&self, user: UserNum, old: &RoomRef, new: &RoomRef) -> Result<()> {
        self.push_rules.carry_over(user, &old.id, &new.id).await?;
        let tags = self.account_data.tags(user, old.num)?;
        if self.account_data.tags(user, new.num)?.is_empty() {
            for (tag, info) in tags {
                self.account_data.set_tag(user, new.num, &tag, info).await?;
            }
        }
        self.account_data.carry_over_direct(user, &old.id, &new.id).await
    }
}

impl AccountData {
    async fn carry_over_direct(&self, user: UserNum, old: &RoomId, new: &RoomId) -> Result<()> {
        let Some(content) = self.get(user, None, DIRECT)? else { return Ok(()) };
        // Clients write it as they like: what makes no sense stays as it is.
        let Ok(mut direct) = serde_json::from_str::<Map<String, Value>>(content.get()) else { return Ok(()) };
        if !add_beside(&mut direct, old, new) {
            return Ok(());
        }
        let content = serde_json::value::to_raw_value(&direct).map_err(UserError::corrupt)?;
        self.set(user, None, DIRECT, &content).await
    }
}

/// Adds `new` to each list that has `old`; whether anything changed.
fn add_beside(direct: &mut Map<String, Value>, old: &RoomId, new: &RoomId) -> bool {
    let mut changed = false;
    for rooms in direct.values_mut().filter_map(Value::as_array_mut) {
        let has = |room: &RoomId| rooms.iter().any(|one| one == room.as_str());
        if has(old) && !has(new) {
            rooms.push(new.as_str().into());
            changed = true;
        }
    }
    changed
}

impl PushRules {
    async fn carry_over(&self, user: UserNum, old: &RoomId, new: &RoomId) -> Result<()> {
        let mut rules = Ruleset::clone(&*self.of(user)?);
        if !copy_rules(&mut rules, old, new) {
            return Ok(());
        }
        self.change(user, |rules| {
            copy_rules(rules, old, new);
            Ok(())
        })
        .await
    }
}

/// Copies the rules about `old` so that they hold for `new`; whether there were any.
fn copy_rules(rules: &mut Ruleset, old: &RoomId, new: &RoomId) -> bool {
    let mut copied = false;
    if let Some(rule) = rules.room.iter().find(|rule| rule.rule_id == old).cloned()
        && rules.room.iter().all(|rule| rule.rule_id != new)
    {
        let mut rule = rule;
        new.clone_into(&mut rule.rule_id);
        copied |= rules.room.insert(rule);
    }
    for set in [&mut rules.override_, &mut rules.underride] {
        let known = |id: &str| set.iter().any(|rule| rule.rule_id == id);
        let mut found: Vec<_> = set.iter().filter_map(|rule| about(rule, old, new)).collect();
        found.retain(|rule| !known(&rule.rule_id));
        for rule in found {
            // In front of the server's own, which would otherwise have the say.
            copied |= set.shift_insert(0, rule);
        }
    }
    copied
}

/// A person's own rule about `old`, as one about `new`.
fn about(rule: &ConditionalPushRule, old: &RoomId, new: &RoomId) -> Option<ConditionalPushRule> {
    let mut copy = rule.clone();
    let mut found = false;
    for condition in &mut copy.conditions {
        if let PushCondition::EventMatch(event_match) = condition
            && event_match.key == "room_id"
            && event_match.pattern == old.as_str()
        {
            new.as_str().clone_into(&mut event_match.pattern);
            found = true;
        }
    }
    copy.rule_id = if rule.rule_id.contains(old.as_str()) {
        rule.rule_id.replace(old.as_str(), new.as_str())
    } else {
        format!("{} {new}", rule.rule_id)
    };
    (found && !rule.default).then_some(copy)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruma::{push::Action, room_id, user_id};
    use serde_json::json;

    #[test]
    fn rules_about_a_room_are_copied_once() {
        let (old, new) = (room_id!("!old:x"), room_id!("!new:x"));
        let mut rules = Ruleset::server_default(user_id!("@a:x"));
        let own = json!({
            "override": [{"rule_id": "!old:x", "default": false, "enabled": true, "actions": [],
                "conditions": [{"kind": "event_match", "key": "room_id", "pattern": "!old:x"}]}],
            "room": [{"rule_id": "!old:x", "default": false, "enabled": false, "actions": ["notify"]}],
        });
        let own: Ruleset = serde_json::from_value(own).unwrap();
        rules.override_.extend(own.override_);
        rules.room.extend(own.room);
        assert!(copy_rules(&mut rules, old, new));
        let room = rules.room.iter().find(|rule| rule.rule_id == new).unwrap();
        assert!(!room.enabled && matches!(room.actions[..], [Action::Notify]));
        let mute = rules.override_.iter().find(|rule| rule.rule_id == new.as_str()).unwrap();
        assert!(serde_json::to_string(mute).unwrap().contains(r#""pattern":"!new:x""#));
        assert!(!copy_rules(&mut rules, old, new));
        assert!(!copy_rules(&mut rules, room_id!("!other:x"), new));
    }

    #[test]
    fn direct_chats_keep_both_rooms() {
        let (old, new) = (room_id!("!old:x"), room_id!("!new:x"));
        let mut direct =
            serde_json::from_value(json!({"@b:x": ["!old:x"], "@c:x": ["!z:x"], "@d:x": 5})).unwrap();
        assert!(add_beside(&mut direct, old, new));
        assert_eq!(direct["@b:x"], json!(["!old:x", "!new:x"]));
        assert!(!add_beside(&mut direct, old, new));
    }
}
