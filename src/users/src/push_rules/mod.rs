//! Push rules (spec "Push Rules"): the defaults of the server with what a person changed, kept as the account data `m.push_rules`.

mod defaults;
mod rule;

pub use self::{defaults::is_legacy_mention, rule::NewRule};

use crate::{
    account_data::{AccountData, DataRecord},
    core::Core,
    error::{Result, UserError},
    notes::Stale,
    view::View,
};
use rooms::ids::UserNum;
use ruma::{
    UserId,
    push::{
        Action, AnyPushRule, AnyPushRuleRef, InsertPushRuleError, NewPushRule, RemovePushRuleError, RuleKind,
        Ruleset,
    },
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;
use storage::tables;

/// The type of the account data.
pub(crate) const KIND: &str = "m.push_rules";

/// Reads and changes push rules.
pub struct PushRules {
    core: Arc<Core>,
    data: Arc<AccountData>,
    kept: View<UserNum, Arc<Ruleset>>,
}

#[derive(Serialize, Deserialize)]
struct Content {
    global: Ruleset,
}

impl PushRules {
    pub(crate) fn new(core: Arc<Core>, data: Arc<AccountData>) -> Arc<Self> {
        let rules = Arc::new(Self { core, data, kept: View::new(2_000) });
        let weak = Arc::downgrade(&rules);
        rules.core.on_stale(move |what| {
            if let (Stale::AccountData(user), Some(rules)) = (what, weak.upgrade()) {
                rules.kept.forget(&user);
            }
        });
        rules
    }

    /// The rules of a local user. From memory if they were read lately.
    pub fn of(&self, user: UserNum) -> Result<Arc<Ruleset>> {
        self.kept.get(&user, || {
            let record: Option<DataRecord> = self.core.store.get_record(tables::ACCOUNT_DATA, &key(user))?;
            read(&self.core.user_id(user)?, record).map(Arc::new)
        })
    }

    /// Whether `user` has rules other than the server's: only then are events evaluated for them one by one.
    pub fn is_custom(&self, user: UserNum) -> Result<bool> {
        Ok(self.core.store.contains(tables::ACCOUNT_DATA, &key(user))?)
    }

    /// One rule.
    pub fn get(&self, user: UserNum, kind: &RuleKind, id: &str) -> Result<AnyPushRule> {
        let rules = self.of(user)?;
        rules.get(kind.clone(), id).map(AnyPushRuleRef::to_owned).ok_or_else(no_such_rule)
    }

    /// Adds a rule of the person's own, or changes and moves it.
    pub async fn put(
        &self,
        user: UserNum,
        rule: NewRule,
        before: Option<&str>,
        after: Option<&str>,
    ) -> Result<()> {
        let most = self.core.settings.limits.push_rules;
        let rule = rule.into_rule()?;
        self.change(user, |rules| {
            insert(rules, rule, before, after)?;
            if rules.iter().filter(|rule| !rule.is_server_default()).count() > most {
                return Err(UserError::Limit("There are too many push rules.".into()));
            }
            Ok(())
        })
        .await
    }

    /// Removes a rule of the person's own.
    pub async fn remove(&self, user: UserNum, kind: &RuleKind, id: &str) -> Result<()> {
        self.change(user, |rules| {
            rules.remove(kind.clone(), id).map_err(|error| match error {
                RemovePushRuleError::NotFound => no_such_rule(),
                error => UserError::invalid(error.to_string()),
            })
        })
        .await
    }

    /// Turns a rule on or off.
    pub async fn set_enabled(&self, user: UserNum, kind: &RuleKind, id: &str, enabled: bool) -> Result<()> {
        self.change(user, |rules| rules.set_enabled(kind.clone(), id, enabled).map_err(|_| no_such_rule()))
            .await
    }

    /// Sets what a rule does.
    pub async fn set_actions(
        &self,
        user: UserNum,
        kind: &RuleKind,
        id: &str,
        actions: Vec<Action>,
    ) -> Result<()> {
        rule::check_actions(&actions)?;
        self.change(user, |rules| rules.set_actions(kind.clone(), id, actions).map_err(|_| no_such_rule()))
            .await
    }

    pub(crate) async fn change(
        &self,
        user: UserNum,
        change: impl FnOnce(&mut Ruleset) -> Result<()>,
    ) -> Result<()> {
        let _turn = self.core.turn(user).await;
        let record: Option<DataRecord> = self.core.store.latest_record(tables::ACCOUNT_DATA, &key(user))?;
        let mut rules = read(&self.core.user_id(user)?, record)?;
        change(&mut rules)?;
        let content = serde_json::to_string(&Content { global: rules }).map_err(UserError::corrupt)?;
        if content.len() > self.core.settings.limits.account_data_bytes {
            return Err(UserError::TooLarge("The push rules are too large.".into()));
        }
        self.data.put(user, None, KIND, &content).await
    }
}

/// Adds a rule or changes it; a rule that was there stays in its place unless it is told to move.
fn insert(rules: &mut Ruleset, rule: NewPushRule, before: Option<&str>, after: Option<&str>) -> Result<()> {
    let (kind, id) = (rule.kind(), rule.rule_id().to_owned());
    let mut enabled = true;
    if (before.is_some() || after.is_some())
        && let Some(known) = rules.get(kind.clone(), &id)
        && !known.is_server_default()
    {
        // Taken out first: places are counted without the rule that moves.
        enabled = known.enabled();
        rules.remove(kind.clone(), &id).map_err(|error| UserError::invalid(error.to_string()))?;
    }
    rules.insert(rule, after, before).map_err(|error| match error {
        InsertPushRuleError::UnknownRuleId => {
            UserError::not_found("There is no rule to put it before or after.")
        }
        error => UserError::invalid(error.to_string()),
    })?;
    if !enabled {
        rules.set_enabled(kind, &id, false).map_err(|_| no_such_rule())?;
    }
    Ok(())
}

/// What `m.push_rules` says of somebody who has changed nothing.
pub(crate) fn default_content(core: &Core, user: UserNum) -> Result<Box<RawValue>> {
    let global = defaults::defaults(&core.user_id(user)?);
    serde_json::value::to_raw_value(&Content { global }).map_err(UserError::corrupt)
}

/// The stored rules with the defaults of this version of the server, which may have changed since.
fn read(user: &UserId, record: Option<DataRecord>) -> Result<Ruleset> {
    let defaults = defaults::defaults(user);
    let Some(record) = record else { return Ok(defaults) };
    let content: Content = serde_json::from_str(&record.content).map_err(UserError::corrupt)?;
    let mut rules = content.global;
    rules.update_with_server_default(defaults);
    Ok(rules)
}

fn key(user: UserNum) -> (u64, u64, String) {
    (user.0, 0, KIND.to_owned())
}

fn no_such_rule() -> UserError {
    UserError::not_found("There is no such push rule.")
}

#[cfg(test)]
mod tests;
