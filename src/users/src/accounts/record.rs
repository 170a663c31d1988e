//! How an account is stored.

use crate::{core::Core, error::Result};
use rooms::ids::UserNum;
use serde::{Deserialize, Serialize};
use storage::tables;

/// An account, deactivated ones included: a name is never given twice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct AccountRecord {
    /// PHC string; without one, nobody logs in with a password.
    pub(crate) password: Option<String>,
    /// Milliseconds since the epoch.
    pub(crate) created_ms: u64,
    #[serde(default)]
    pub(crate) admin: bool,
    #[serde(default)]
    pub(crate) guest: bool,
    #[serde(default)]
    pub(crate) deactivated: bool,
    /// The person asked to be forgotten (spec, `erase` of /account/deactivate).
    #[serde(default)]
    pub(crate) erased: bool,
    #[serde(default)]
    pub(crate) locked: bool,
    #[serde(default)]
    pub(crate) suspended: bool,
}

impl AccountRecord {
    /// Also sees what is queued but not on disk yet: for writers who hold the user's turn.
    pub(crate) fn latest(core: &Core, user: UserNum) -> Result<Option<Self>> {
        Ok(core.store.latest_record(tables::ACCOUNTS, &user.0)?)
    }

    pub(crate) fn read(core: &Core, user: UserNum) -> Result<Option<Self>> {
        Ok(core.store.get_record(tables::ACCOUNTS, &user.0)?)
    }
}
