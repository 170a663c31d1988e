//! Accounts: who may log in, and what they are.

mod change;
pub(crate) mod directory;
mod localpart;
pub(crate) mod password;
pub(crate) mod record;
mod register;
mod shared_secret;

pub use self::{
    directory::{Directory, Found},
    localpart::{login_id, registrable_id},
    register::{Kind, NewAccount},
    shared_secret::{Claim, SharedSecret},
};

use self::{password::Hasher, record::AccountRecord};
use crate::{
    core::Core,
    devices::Devices,
    error::{Result, UserError},
};
use rooms::ids::UserNum;
use ruma::{OwnedUserId, UserId};
use std::sync::{Arc, atomic::AtomicBool};
use storage::tables;
use tokio::sync::Mutex;

/// An account as others may see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The person.
    pub user_id: OwnedUserId,
    /// Their number.
    pub num: UserNum,
    /// When it was made, milliseconds since the epoch.
    pub created_ms: u64,
    /// May use the admin API.
    pub is_admin: bool,
    /// May do little (spec "Guest access").
    pub is_guest: bool,
    /// Gone for good.
    pub is_deactivated: bool,
    /// Asked to be forgotten.
    pub is_erased: bool,
    /// May do nothing for now but log out (spec "Account locking").
    pub is_locked: bool,
    /// May read but not write for now (spec "Account suspension").
    pub is_suspended: bool,
    /// Whether a password is set.
    pub has_password: bool,
}

impl Account {
    fn new(user_id: OwnedUserId, num: UserNum, record: &AccountRecord) -> Self {
        Self {
            user_id,
            num,
            created_ms: record.created_ms,
            is_admin: record.admin,
            is_guest: record.guest,
            is_deactivated: record.deactivated,
            is_erased: record.erased,
            is_locked: record.locked,
            is_suspended: record.suspended,
            has_password: record.password.is_some(),
        }
    }
}

/// All accounts of this server.
pub struct Accounts {
    core: Arc<Core>,
    devices: Arc<Devices>,
    hasher: Hasher,
    /// Whether a person has registered: the first one becomes the admin.
    somebody: AtomicBool,
    /// Held while the first person registers.
    first: Mutex<()>,
}

impl Accounts {
    pub(crate) fn new(core: Arc<Core>, devices: Arc<Devices>) -> Result<Self> {
        let hasher = Hasher::new(&core.settings.passwords, core.entropy.clone())?;
        Ok(Self { core, devices, hasher, somebody: AtomicBool::new(false), first: Mutex::new(()) })
    }

    /// The account of `user`, deactivated ones included.
    pub fn get(&self, user: &UserId) -> Result<Option<Account>> {
        if !self.core.is_local(user) {
            return Ok(None);
        }
        let Some(num) = self.core.find_user(user)? else { return Ok(None) };
        let record = AccountRecord::read(&self.core, num)?;
        Ok(record.map(|record| Account::new(user.to_owned(), num, &record)))
    }

    /// Whether `user` has an account here that is in use.
    pub fn is_active(&self, user: &UserId) -> Result<bool> {
        Ok(self.get(user)?.is_some_and(|account| !account.is_deactivated))
    }

    /// Accounts in the order in which their names were first heard of, after `after`: for the admin API.
    pub fn page(&self, after: Option<UserNum>, limit: usize) -> Result<Vec<Account>> {
        let from = after.map_or(0, |num| num.0 + 1);
        let mut page = Vec::new();
        for row in self.core.store.scan_records::<AccountRecord, _>(tables::ACCOUNTS, from..).take(limit) {
            let (num, record) = row?;
            let num = UserNum(num);
            page.push(Account::new(self.core.user_id(num)?, num, &record));
        }
        Ok(page)
    }

    /// Whose name and password these are: a localpart or a user id. Takes as long when there is no such account.
    pub async fn check_password(&self, name: &str, password: &str) -> Result<Account> {
        let found = match login_id(name, &self.core.server_name) {
            Ok(id) => self.record_of(&id)?,
            Err(_) => None,
        };
        let hash = found.as_ref().and_then(|(_, record)| record.password.as_deref());
        let right = self.hasher.verify(password, hash).await?;
        match found {
            Some((_, record)) if record.deactivated => Err(UserError::Deactivated),
            Some((account, _)) if right => Ok(account),
            _ => Err(UserError::forbidden("The name or the password is wrong.")),
        }
    }

    /// Whether this is the password of `user`.
    pub(crate) async fn is_password_of(&self, user: &UserId, password: &str) -> Result<bool> {
        let found = self.record_of(user)?;
        let hash = found.as_ref().and_then(|(_, record)| record.password.as_deref());
        self.hasher.verify(password, hash).await
    }

    fn record_of(&self, user: &UserId) -> Result<Option<(Account, AccountRecord)>> {
        let Some(num) = self.core.find_user(user)? else { return Ok(None) };
        let record = AccountRecord::read(&self.core, num)?;
        Ok(record.map(|record| (Account::new(user.to_owned(), num, &record), record)))
    }
}
