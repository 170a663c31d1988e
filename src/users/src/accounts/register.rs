//! New accounts.

use super::{Account, Accounts, localpart::registrable_id, record::AccountRecord};
use crate::{
    core::{Core, user_topic},
    error::{Result, UserError},
    notes::Stale,
    profiles,
};
use ruma::{OwnedUserId, UserId};
use std::sync::atomic::Ordering;
use storage::tables;

/// What kind of account is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Somebody who comes back.
    #[default]
    Person,
    /// Somebody who looks around; the server chooses the name.
    Guest,
    /// An account of an application service, which may use names that people can't.
    Service,
}

/// What an account is made of.
#[derive(Debug, Clone, Copy, Default)]
pub struct NewAccount<'a> {
    /// A localpart or a user id; the server makes one up if absent.
    pub name: Option<&'a str>,
    /// Without one, nobody can log in by password.
    pub password: Option<&'a str>,
    /// What kind.
    pub kind: Kind,
    /// Whether it is to be an admin whoever else there is.
    pub admin: bool,
    /// The first display name; the localpart if absent.
    pub display_name: Option<&'a str>,
}

impl Accounts {
    /// Whether `name` can be registered: fails with the reason if not.
    pub fn check_available(&self, name: &str) -> Result<OwnedUserId> {
        let id = registrable_id(name, &self.core.server_name)?;
        match self.get(&id)? {
            None => Ok(id),
            Some(_) => Err(UserError::UserInUse),
        }
    }

    /// Makes an account. The first person is made an admin.
    pub async fn register(&self, new: NewAccount<'_>) -> Result<Account> {
        let id = self.name_for(&new)?;
        let password = match new.password {
            Some(password) => {
                self.hasher.check_strength(password)?;
                Some(self.hasher.hash(password).await?)
            }
            None => None,
        };
        let person = new.kind == Kind::Person;
        let first = if person { self.nobody_yet().await? } else { None };
        let num = self.core.ids().user(&id)?;
        let _turn = self.core.turn(num).await;
        if AccountRecord::latest(&self.core, num)?.is_some() {
            return Err(UserError::UserInUse);
        }
        let record = AccountRecord {
            password,
            created_ms: self.core.now_ms(),
            admin: new.admin || first.is_some(),
            guest: new.kind == Kind::Guest,
            ..AccountRecord::default()
        };
        let mut commit = Core::change();
        commit.put_record(tables::ACCOUNTS, &num.0, &record);
        let display_name = new.display_name.unwrap_or(id.localpart());
        if person {
            profiles::put_first(&mut commit, num, display_name)?;
        }
        commit.topic(user_topic(num));
        Stale::Profile(num).note(&mut commit);
        self.core.commit(commit).await?;
        if person {
            self.somebody.store(true, Ordering::Release);
        }
        Ok(Account::new(id, num, &record))
    }

    fn name_for(&self, new: &NewAccount<'_>) -> Result<OwnedUserId> {
        let server = &self.core.server_name;
        match (new.kind, new.name) {
            (Kind::Guest, _) => {
                let mut bytes = [0; 8];
                self.core.entropy.fill(&mut bytes);
                let number = u64::from_be_bytes(bytes) >> 11;
                UserId::parse(format!("@{number}:{server}")).map_err(UserError::corrupt)
            }
            (Kind::Service, Some(name)) => super::login_id(name, server),
            (Kind::Person, Some(name)) => self.check_available(name),
            (_, None) => {
                let name = config::random::token(&*self.core.entropy, 12).to_lowercase();
                registrable_id(&format!("u{name}"), server)
            }
        }
    }

    /// The right to be first, if nobody has registered yet; whoever else comes waits until it is decided.
    async fn nobody_yet(&self) -> Result<Option<tokio::sync::MutexGuard<'_, ()>>> {
        if self.somebody.load(Ordering::Acquire) {
            return Ok(None);
        }
        let first = self.first.lock().await;
        for row in self.core.store.scan_records::<AccountRecord, _>(tables::ACCOUNTS, ..) {
            let (_, record) = row?;
            if !record.guest {
                self.somebody.store(true, Ordering::Release);
                return Ok(None);
            }
        }
        Ok(Some(first))
    }
}
