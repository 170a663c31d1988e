//! Whether somebody wants to be invited at all (MSC4380): the account data `m.invite_permission_config`.

use super::{AccountData, DataRecord, key};
use crate::error::{Result, UserError};
use rooms::ids::UserNum;
use ruma::UserId;
use serde::Deserialize;
use storage::tables;

const KIND: &str = "m.invite_permission_config";

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    default_action: Option<String>,
}

impl AccountData {
    /// Whether `user` wants no invites.
    pub fn blocks_invites(&self, user: UserNum) -> Result<bool> {
        let record: Option<DataRecord> =
            self.core.store.get_record(tables::ACCOUNT_DATA, &key(user, None, KIND))?;
        Ok(record.is_some_and(|record| blocks(&record.content)))
    }

    /// Refuses invites of those who want none. What people of other servers want is known there.
    ///
    /// # Errors
    /// [`UserError::InviteBlocked`].
    pub fn check_invite(&self, invited: &UserId) -> Result<()> {
        if self.core.is_local(invited)
            && let Some(user) = self.core.find_user(invited)?
            && self.blocks_invites(user)?
        {
            return Err(UserError::InviteBlocked(invited.to_owned()));
        }
        Ok(())
    }
}

/// Any other action, and what can't be read, blocks nothing.
fn blocks(content: &str) -> bool {
    serde_json::from_str::<Content>(content)
        .is_ok_and(|content| content.default_action.as_deref() == Some("block"))
}

#[cfg(test)]
mod tests {
    use super::blocks;

    #[test]
    fn only_block_blocks() {
        assert!(blocks(r#"{"default_action":"block"}"#));
        for other in ["{}", r#"{"default_action":"allow"}"#, r#"{"default_action":7}"#, "[]"] {
            assert!(!blocks(other), "{other}");
        }
    }
}
