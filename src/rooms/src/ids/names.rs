//! The names and numbers used lately, in memory, bounded in bytes.

use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

use quick_cache::{Equivalent, Weighter, sync::Cache};

use super::{Kind, StateKeyNum, UserNum, types};

#[derive(Clone, PartialEq, Eq)]
struct Name {
    kind: Kind,
    text: Arc<str>,
}

impl Hash for Name {
    fn hash<H: Hasher>(&self, state: &mut H) {
        NameRef { kind: self.kind, text: &self.text }.hash(state);
    }
}

#[derive(Hash)]
struct NameRef<'a> {
    kind: Kind,
    text: &'a str,
}

impl Equivalent<Name> for NameRef<'_> {
    fn equivalent(&self, name: &Name) -> bool {
        self.kind == name.kind && *self.text == *name.text
    }
}

/// Entry overhead of the cache and of the shared text.
const OVERHEAD: u64 = 80;

/// So many people's places in states are remembered, at some 40 bytes each.
const MEMBER_KEYS: usize = 20_000;

#[derive(Clone)]
struct Weight;

impl Weighter<Name, u64> for Weight {
    fn weight(&self, name: &Name, _: &u64) -> u64 {
        name.text.len() as u64 + OVERHEAD
    }
}

impl Weighter<(Kind, u64), Arc<str>> for Weight {
    fn weight(&self, _: &(Kind, u64), _: &Arc<str>) -> u64 {
        // The text is shared with, and counted by, the other direction.
        OVERHEAD
    }
}

pub(super) struct Names {
    numbers: Cache<Name, u64, Weight>,
    names: Cache<(Kind, u64), Arc<str>, Weight>,
    /// What each look at an event of a room asks for; by way of the two above it would take a name that nobody needs.
    member_keys: Cache<UserNum, StateKeyNum>,
}

impl Names {
    pub(super) fn new(bytes: u64) -> Self {
        let half = bytes / 2;
        let entries = usize::try_from(half / 128).unwrap_or(usize::MAX);
        Self {
            numbers: Cache::with_weighter(entries, half, Weight),
            names: Cache::with_weighter(entries, half, Weight),
            member_keys: Cache::new(MEMBER_KEYS),
        }
    }

    pub(super) fn number(&self, kind: Kind, text: &str) -> Option<u64> {
        self.numbers.get(&NameRef { kind, text })
    }

    pub(super) fn name(&self, kind: Kind, number: u64) -> Option<Arc<str>> {
        self.names.get(&(kind, number))
    }

    pub(super) fn member_key(&self, user: UserNum) -> Option<StateKeyNum> {
        self.member_keys.get(&user)
    }

    pub(super) fn insert_member_key(&self, user: UserNum, key: StateKeyNum) {
        self.member_keys.insert(user, key);
    }

    pub(super) fn insert(&self, kind: Kind, number: u64, text: &str) {
        let text: Arc<str> = text.into();
        // The names of events stand in their own rows.
        if kind != Kind::Event {
            self.names.insert((kind, number), text.clone());
        }
        self.numbers.insert(Name { kind, text }, number);
    }

    pub(super) fn forget(&self, kind: Kind, text: &str) {
        self.numbers.remove(&NameRef { kind, text });
    }
}

pub(super) fn well_known_type(name: &str) -> Option<u64> {
    types::WELL_KNOWN.iter().find(|(known, _)| *known == name).map(|(_, number)| *number)
}

pub(super) fn well_known_type_name(number: u64) -> Option<&'static str> {
    types::WELL_KNOWN.iter().find(|(_, known)| *known == number).map(|(name, _)| *name)
}
