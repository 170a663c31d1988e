//! The user directory: finding people by name (spec "User Directory").
//!
//! The names of local people are kept in memory from the first search on, and follow the changes of profiles. Whom
//! a search shows depends on who asks: people they share a room with, and people in public rooms.

use super::record::AccountRecord;
use crate::{core::Core, error::Result, notes::Stale, profiles};
use parking_lot::RwLock;
use rooms::ids::UserNum;
use ruma::{OwnedMxcUri, OwnedUserId, UserId, events::room::history_visibility::HistoryVisibility};
use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};
use storage::tables;

/// The longest search text that is looked at, in bytes.
const LONGEST_TERM: usize = 256;
/// Matches of which it is looked at whether the asker may see them, the best ones.
const MOST_MATCHES: usize = 2_000;

/// Somebody whom a search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The person.
    pub user_id: OwnedUserId,
    /// What they call themselves.
    pub display_name: Option<String>,
    /// Their picture.
    pub avatar_url: Option<OwnedMxcUri>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Names {
    /// In small letters, as searches are.
    localpart: String,
    display_name: String,
}

impl Names {
    fn new(user: &UserId, display_name: Option<&str>) -> Self {
        Self {
            localpart: user.localpart().to_lowercase(),
            display_name: display_name.unwrap_or_default().to_lowercase(),
        }
    }

    /// How well `term` fits: 0 best; `None` not at all.
    fn rank(&self, term: &str) -> Option<u8> {
        let (name, display) = (&self.localpart, &self.display_name);
        if name == term || display == term {
            Some(0)
        } else if name.starts_with(term) || display.starts_with(term) {
            Some(1)
        } else if display.split_whitespace().any(|word| word.starts_with(term)) {
            Some(2)
        } else {
            (name.contains(term) || display.contains(term)).then_some(3)
        }
    }
}

type Index = BTreeMap<UserNum, Names>;

/// Finds people.
pub struct Directory {
    core: Arc<Core>,
    index: OnceLock<RwLock<Index>>,
}

impl Directory {
    pub(crate) fn new(core: Arc<Core>) -> Arc<Self> {
        let directory = Arc::new(Self { core, index: OnceLock::new() });
        let weak = Arc::downgrade(&directory);
        directory.core.on_stale(move |what| {
            if let (Stale::Account(user) | Stale::Profile(user), Some(directory)) = (what, weak.upgrade()) {
                directory.reload(user);
            }
        });
        directory
    }

    /// People whose name or display name contains `term`, best first, and whether there are more than `limit`.
    pub fn search(&self, asker: UserNum, term: &str, limit: usize) -> Result<(Vec<Found>, bool)> {
        let term = term.trim().trim_start_matches('@');
        let term = term.split(':').next().unwrap_or_default().to_lowercase();
        if term.is_empty() || term.len() > LONGEST_TERM {
            return Ok((Vec::new(), false));
        }
        let mut matches: Vec<(u8, UserNum)> = {
            let index = self.index()?.read();
            index.iter().filter_map(|(user, names)| Some((names.rank(&term)?, *user))).collect()
        };
        matches.sort_unstable();
        let limited = matches.len() > MOST_MATCHES;
        let mut found = Vec::new();
        for (_, user) in matches.into_iter().take(MOST_MATCHES) {
            if user == asker || !self.may_see(asker, user)? {
                continue;
            }
            if found.len() == limit {
                return Ok((found, true));
            }
            found.push(self.found(user)?);
        }
        Ok((found, limited))
    }

    fn found(&self, user: UserNum) -> Result<Found> {
        let profile = profiles::read(&self.core, user)?;
        Ok(Found {
            user_id: self.core.user_id(user)?,
            display_name: profile.text("displayname"),
            avatar_url: profile.text("avatar_url").map(Into::into),
        })
    }

    fn may_see(&self, asker: UserNum, user: UserNum) -> Result<bool> {
        if self.core.settings.search_all_users || self.core.rooms.share_room(asker, user)? {
            return Ok(true);
        }
        for room in self.core.rooms.joined_rooms(user)? {
            let readable = self.core.rooms.history_visibility(room)? == HistoryVisibility::WorldReadable;
            if readable || self.core.is_public(room)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn reload(&self, user: UserNum) {
        let Some(index) = self.index.get() else { return };
        match self.names_of(user) {
            Ok(Some(names)) => drop(index.write().insert(user, names)),
            Ok(None) => drop(index.write().remove(&user)),
            Err(error) => tracing::warn!(%error, "the user directory could not read a profile"),
        }
    }

    fn names_of(&self, user: UserNum) -> Result<Option<Names>> {
        let account = AccountRecord::read(&self.core, user)?;
        if account.is_none_or(|account| account.deactivated || account.guest) {
            return Ok(None);
        }
        let display_name = profiles::read(&self.core, user)?.text("displayname");
        Ok(Some(Names::new(&self.core.user_id(user)?, display_name.as_deref())))
    }

    fn index(&self) -> Result<&RwLock<Index>> {
        if let Some(index) = self.index.get() {
            return Ok(index);
        }
        // Empty at first, so that changes made while it is filled are not lost.
        let index = self.index.get_or_init(RwLock::default);
        for row in self.core.store.scan_records::<AccountRecord, _>(tables::ACCOUNTS, ..) {
            let (user, _) = row?;
            let user = UserNum(user);
            if let Some(names) = self.names_of(user)? {
                index.write().entry(user).or_insert(names);
            }
        }
        Ok(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruma::user_id;

    #[test]
    fn better_matches_rank_first() {
        let names = Names::new(user_id!("@bob.m:here"), Some("Robert Marley"));
        let rank = |term| names.rank(term);
        assert_eq!([rank("bob.m"), rank("robert marley"), rank("rob")], [Some(0), Some(0), Some(1)]);
        assert_eq!([rank("marl"), rank("arley"), rank("alice")], [Some(2), Some(3), None]);
    }
}
