//! Changes of an account by its owner or an admin.

use super::{Accounts, record::AccountRecord};
use crate::{
    core::{Core, user_topic},
    error::{Result, UserError},
    notes::Stale,
};
use rooms::ids::UserNum;
use ruma::{DeviceId, UserId};
use storage::tables;

impl Accounts {
    /// Sets a new password. With `log_out`, all devices but `kept` end, with their pushers.
    pub async fn set_password(
        &self,
        user: &UserId,
        password: &str,
        log_out: bool,
        kept: Option<&DeviceId>,
    ) -> Result<()> {
        self.hasher.check_strength(password)?;
        let hash = self.hasher.hash(password).await?;
        self.change(user, |account| account.password = Some(hash)).await?;
        if log_out {
            self.devices.remove_all(user, kept).await?;
        }
        Ok(())
    }

    /// Makes an account an admin, or an admin a person like any other.
    pub async fn set_admin(&self, user: &UserId, admin: bool) -> Result<()> {
        self.change(user, |account| account.admin = admin).await
    }

    /// Locks or unlocks an account (spec "Account locking").
    pub async fn set_locked(&self, user: &UserId, locked: bool) -> Result<()> {
        self.change(user, |account| account.locked = locked).await
    }

    /// Suspends an account, or ends that (spec "Account suspension").
    pub async fn set_suspended(&self, user: &UserId, suspended: bool) -> Result<()> {
        self.change(user, |account| account.suspended = suspended).await
    }

    /// Closes an account for good: nobody logs in, and all devices, keys, backups, pushers and account data go. With
    /// `erase` the profile goes too. The name stays taken. Leaving the rooms comes first, see [`crate::Users::deactivate`].
    pub(crate) async fn close(&self, user: &UserId, erase: bool) -> Result<()> {
        self.change(user, |account| {
            account.password = None;
            account.deactivated = true;
            account.admin = false;
            account.erased |= erase;
        })
        .await?;
        self.devices.remove_all(user, None).await?;
        let num = self.core.local(user)?;
        let mut commit = Core::change();
        delete_belongings(&mut commit, num);
        if erase {
            commit.delete(tables::PROFILES, &num.0);
        }
        commit.topic(user_topic(num));
        Stale::AccountData(num).note(&mut commit);
        Stale::Account(num).note(&mut commit);
        self.core.commit(commit).await?;
        Ok(())
    }

    /// Changes the account's row; what is remembered of its sessions is read again.
    pub(crate) async fn change(&self, user: &UserId, change: impl FnOnce(&mut AccountRecord)) -> Result<()> {
        let num = self.core.local(user)?;
        let _turn = self.core.turn(num).await;
        let record = AccountRecord::latest(&self.core, num)?;
        let mut record = record.ok_or_else(|| UserError::NotLocal(user.to_owned()))?;
        if record.deactivated {
            return Err(UserError::Deactivated);
        }
        change(&mut record);
        let mut commit = Core::change();
        commit.put_record(tables::ACCOUNTS, &num.0, &record);
        commit.topic(user_topic(num));
        Stale::Account(num).note(&mut commit);
        self.core.commit(commit).await?;
        Ok(())
    }
}

fn delete_belongings(commit: &mut storage::Commit, user: UserNum) {
    commit.delete_prefix(tables::ACCOUNT_DATA, &user.0);
    commit.delete_prefix(tables::ACCOUNT_DATA_BY_POSITION, &user.0);
    commit.delete_prefix(tables::CROSS_SIGNING, &user.0);
    commit.delete_prefix(tables::SIGNATURES, &user.0);
    commit.delete_prefix(tables::BACKUP_VERSIONS, &user.0);
    commit.delete_prefix(tables::BACKUP_SESSIONS, &user.0);
    commit.delete_prefix(tables::FILTERS, &user.0);
    commit.delete(tables::PRESENCE, &user.0);
}
