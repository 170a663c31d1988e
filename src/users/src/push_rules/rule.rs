//! A rule as a client sends it, and what may be in it.

use crate::error::{Result, UserError};
use ruma::{
    RoomId, UserId,
    push::{
        Action, NewConditionalPushRule, NewPatternedPushRule, NewPushRule, NewSimplePushRule, PushCondition,
        RuleKind,
    },
};

const LONGEST_ID: usize = 255;
const LONGEST_PATTERN: usize = 1_000;
const MOST_CONDITIONS: usize = 50;
const MOST_ACTIONS: usize = 20;

/// A rule to add or change.
#[derive(Debug, Clone)]
pub struct NewRule {
    /// The kind.
    pub kind: RuleKind,
    /// Its id within the kind.
    pub id: String,
    /// What it does.
    pub actions: Vec<Action>,
    /// When it applies (override and underride rules).
    pub conditions: Vec<PushCondition>,
    /// The text it looks for (content rules).
    pub pattern: Option<String>,
}

impl NewRule {
    pub(super) fn into_rule(self) -> Result<NewPushRule> {
        let Self { kind, id, actions, conditions, pattern } = self;
        if id.is_empty() || id.len() > LONGEST_ID {
            return Err(UserError::invalid(format!("A rule id has 1 to {LONGEST_ID} bytes.")));
        }
        check_actions(&actions)?;
        if conditions.len() > MOST_CONDITIONS {
            return Err(UserError::invalid(format!("A rule has at most {MOST_CONDITIONS} conditions.")));
        }
        Ok(match kind {
            RuleKind::Override => NewPushRule::Override(NewConditionalPushRule::new(id, conditions, actions)),
            RuleKind::Underride => {
                NewPushRule::Underride(NewConditionalPushRule::new(id, conditions, actions))
            }
            RuleKind::Sender => {
                let id = UserId::parse(id)
                    .map_err(|_| UserError::invalid("The id of a sender rule is a user id."))?;
                NewPushRule::Sender(NewSimplePushRule::new(id, actions))
            }
            RuleKind::Room => {
                let id = RoomId::parse(id)
                    .map_err(|_| UserError::invalid("The id of a room rule is a room id."))?;
                NewPushRule::Room(NewSimplePushRule::new(id, actions))
            }
            RuleKind::Content => {
                let pattern =
                    pattern.ok_or_else(|| UserError::MissingParam("A content rule has a pattern.".into()))?;
                if pattern.len() > LONGEST_PATTERN {
                    return Err(UserError::invalid(format!(
                        "A pattern has at most {LONGEST_PATTERN} bytes."
                    )));
                }
                NewPushRule::Content(NewPatternedPushRule::new(id, pattern, actions))
            }
            _ => return Err(UserError::invalid("There is no such kind of rule.")),
        })
    }
}

pub(super) fn check_actions(actions: &[Action]) -> Result<()> {
    if actions.len() > MOST_ACTIONS {
        return Err(UserError::invalid(format!("A rule has at most {MOST_ACTIONS} actions.")));
    }
    Ok(())
}
