use super::*;
use proptest::prelude::*;
use ruma::{push::RuleKind, user_id};

fn record(rules: &Ruleset) -> DataRecord {
    let content = serde_json::to_string(&Content { global: rules.clone() }).expect("json");
    DataRecord { position: 1, content }
}

fn sender_rule(id: &str) -> NewRule {
    NewRule {
        kind: RuleKind::Sender,
        id: format!("@{id}:here"),
        actions: vec![Action::Notify],
        conditions: Vec::new(),
        pattern: None,
    }
}

fn ids(rules: &Ruleset) -> Vec<String> {
    rules.sender.iter().map(|rule| rule.rule_id.localpart().to_owned()).collect()
}

#[test]
fn what_a_person_changed_survives_new_defaults() {
    let user = user_id!("@me:here");
    let mut rules = read(user, None).expect("defaults");
    rules.set_enabled(RuleKind::Override, ".m.rule.master", true).expect("there");
    insert(&mut rules, sender_rule("a").into_rule().expect("valid"), None, None).expect("inserted");
    // A rule of an older server, which is no default any more.
    let mut content: serde_json::Value = serde_json::from_str(&record(&rules).content).expect("json");
    content["global"]["underride"].as_array_mut().expect("rules").push(serde_json::json!(
        {"rule_id": ".m.rule.former", "default": true, "enabled": true, "actions": [], "conditions": []}
    ));
    let stored = DataRecord { position: 1, content: content.to_string() };
    let again = read(user, Some(stored)).expect("readable");
    assert!(again.get(RuleKind::Override, ".m.rule.master").expect("there").enabled());
    assert!(again.get(RuleKind::Underride, ".m.rule.former").is_none());
    assert_eq!(ids(&again), ["a"]);
}

#[test]
fn rules_that_make_no_sense_are_refused() {
    let bad = |change: fn(&mut NewRule)| {
        let mut rule = sender_rule("a");
        change(&mut rule);
        assert!(rule.into_rule().is_err());
    };
    bad(|rule| rule.id = "a".into());
    bad(|rule| rule.id = String::new());
    bad(|rule| rule.kind = RuleKind::Content);
    bad(|rule| rule.kind = "nonsense".into());
    bad(|rule| rule.actions = vec![Action::Notify; 21]);
}

/// What `before` and `after` mean, on a plain list: the most important rule first.
fn moved(mut list: Vec<String>, id: &str, before: Option<&str>, after: Option<&str>) -> Vec<String> {
    list.retain(|other| other != id);
    let index = |of: &str| list.iter().position(|other| other == of);
    let place = match (before.and_then(index), after.and_then(index)) {
        (Some(before), _) => before,
        (None, Some(after)) => after + 1,
        (None, None) => 0,
    };
    list.insert(place, id.to_owned());
    list
}

proptest! {
    #[test]
    fn rules_move_as_told(steps in proptest::collection::vec(("[a-e]", proptest::option::of("[a-e]"), any::<bool>()), 1..30)) {
        let mut rules = Ruleset::server_default(user_id!("@me:here"));
        let mut list: Vec<String> = Vec::new();
        for (id, beside, above) in steps {
            let beside = beside.filter(|beside| *beside != id && list.contains(beside));
            let (before, after) = if above { (beside.as_deref(), None) } else { (None, beside.as_deref()) };
            let full = |id: &str| format!("@{id}:here");
            let (full_before, full_after) = (before.map(full), after.map(full));
            let rule = sender_rule(&id).into_rule().expect("valid");
            insert(&mut rules, rule, full_before.as_deref(), full_after.as_deref()).expect("the neighbour is there");
            if beside.is_some() || !list.contains(&id) {
                list = moved(list, &id, before, after);
            }
            prop_assert_eq!(ids(&rules), list.clone());
            // What is stored is what was meant.
            rules = read(user_id!("@me:here"), Some(record(&rules))).expect("readable");
            prop_assert_eq!(ids(&rules), list.clone());
        }
    }
}
