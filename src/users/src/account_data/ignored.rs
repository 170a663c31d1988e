//! Whom somebody ignores (spec "Ignoring Users"): the account data `m.ignored_user_list`, kept in memory for /sync and push.

use super::{AccountData, DataRecord, key};
use crate::error::{Result, UserError};
use rooms::ids::UserNum;
use ruma::{OwnedUserId, UserId};
use serde::Deserialize;
use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};
use storage::tables;

const KIND: &str = "m.ignored_user_list";

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    ignored_users: BTreeMap<String, serde_json::Value>,
}

impl AccountData {
    /// Whom `user` ignores; never themselves.
    pub fn ignored(&self, user: UserNum) -> Result<Arc<HashSet<OwnedUserId>>> {
        self.ignored.get(&user, || {
            let record: Option<DataRecord> =
                self.core.store.get_record(tables::ACCOUNT_DATA, &key(user, None, KIND))?;
            let Some(record) = record else { return Ok(Arc::default()) };
            let own = self.core.user_id(user)?;
            Ok::<_, UserError>(Arc::new(parse(&record.content, &own)))
        })
    }
}

/// A list that can't be read ignores nobody; single ids that can't be read are left out.
fn parse(content: &str, own: &UserId) -> HashSet<OwnedUserId> {
    let content =
        serde_json::from_str::<Content>(content).map(|content| content.ignored_users).unwrap_or_default();
    content.into_keys().filter_map(|id| UserId::parse(id).ok()).filter(|id| id != own).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruma::user_id;

    #[test]
    fn reads_what_can_be_read() {
        let of = |text| parse(text, user_id!("@me:here"));
        assert_eq!(
            of(r#"{"ignored_users":{"@a:b":{},"nobody":{},"@me:here":{}}}"#),
            HashSet::from([user_id!("@a:b").to_owned()])
        );
        assert!(of(r#"{"ignored_users":["@a:b"]}"#).is_empty());
        assert!(of("{}").is_empty());
    }
}
