//! The rules that everybody starts with: those of the spec, and three that it has since left out but which clients that
//! don't say whom they mention still rely on (spec v1.6, "Default Override Rules" and "Default Content Rules").
//!
//! The three look at the text only. They are not for events that say whom they mention (`m.mentions`), see
//! [`is_legacy_mention`].

use ruma::{
    UserId,
    power_levels::NotificationPowerLevelsKey,
    push::{
        Action, ConditionalPushRule, ConditionalPushRuleInit, EventMatchConditionData, HighlightTweakValue,
        PatternedPushRule, PatternedPushRuleInit, PushCondition, Ruleset,
        SenderNotificationPermissionConditionData, SoundTweakValue, Tweak,
    },
};

const DISPLAY_NAME: &str = ".m.rule.contains_display_name";
const ROOM: &str = ".m.rule.roomnotif";
const USER_NAME: &str = ".m.rule.contains_user_name";

/// Whether a rule finds mentions in the text. Such rules say nothing of events with `m.mentions`.
pub fn is_legacy_mention(rule_id: &str) -> bool {
    [DISPLAY_NAME, ROOM, USER_NAME].contains(&rule_id)
}

/// The rules of somebody who changed nothing.
pub(super) fn defaults(user: &UserId) -> Ruleset {
    let mut rules = Ruleset::server_default(user);
    put_after(&mut rules, ".m.rule.is_user_mention", display_name());
    put_after(&mut rules, ".m.rule.is_room_mention", room());
    rules.content.insert(user_name(user));
    rules
}

fn put_after(rules: &mut Ruleset, neighbour: &str, rule: ConditionalPushRule) {
    let place = rules.override_.get_index_of(neighbour).map_or(rules.override_.len(), |index| index + 1);
    rules.override_.shift_insert(place, rule);
}

fn loud() -> Vec<Action> {
    vec![
        Action::Notify,
        Action::SetTweak(Tweak::Sound(SoundTweakValue::Default)),
        Action::SetTweak(Tweak::Highlight(HighlightTweakValue::Yes)),
    ]
}

fn display_name() -> ConditionalPushRule {
    #[expect(deprecated, reason = "what the rule is about")]
    let conditions = vec![PushCondition::ContainsDisplayName];
    rule(DISPLAY_NAME, conditions, loud())
}

fn room() -> ConditionalPushRule {
    let conditions = vec![
        PushCondition::EventMatch(EventMatchConditionData::new("content.body".into(), "@room".into())),
        PushCondition::SenderNotificationPermission(SenderNotificationPermissionConditionData::new(
            NotificationPowerLevelsKey::Room,
        )),
    ];
    let actions = vec![Action::Notify, Action::SetTweak(Tweak::Highlight(HighlightTweakValue::Yes))];
    rule(ROOM, conditions, actions)
}

fn rule(id: &str, conditions: Vec<PushCondition>, actions: Vec<Action>) -> ConditionalPushRule {
    ConditionalPushRuleInit { actions, default: true, enabled: true, rule_id: id.to_owned(), conditions }
        .into()
}

fn user_name(user: &UserId) -> PatternedPushRule {
    PatternedPushRuleInit {
        actions: loud(),
        default: true,
        enabled: true,
        rule_id: USER_NAME.to_owned(),
        pattern: user.localpart().to_owned(),
    }
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruma::{push::RuleKind, user_id};

    #[test]
    fn mentions_in_the_text_come_before_what_silences() {
        let rules = defaults(user_id!("@me:here"));
        let place = |id: &str| rules.override_.get_index_of(id).expect("a default");
        assert!(place(DISPLAY_NAME) < place(".m.rule.tombstone"));
        assert!(place(ROOM) < place(".m.rule.reaction"));
        assert_eq!(place(".m.rule.master"), 0);
        let name = rules.get(RuleKind::Content, USER_NAME).expect("a default");
        assert!(name.is_server_default() && name.enabled());
    }
}
