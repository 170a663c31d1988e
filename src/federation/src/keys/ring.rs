//! The keys of other servers, as they are stored.

use super::{Keys, Wanted, by_server, good_until, told::StoredKeys};
use crate::turns::Turns;
use config::clock::SharedClock;
use events::verify::VerifyKey;
use quick_cache::sync::Cache;
use ruma::{OwnedServerName, ServerName};
use std::{collections::BTreeSet, sync::Arc};
use storage::{Commit, Durability, ReadError, Store, WriteError, tables};

/// How many servers' keys are held in memory.
const REMEMBERED: usize = 5_000;
/// How long a server that told no keys is not asked for them again, in milliseconds.
const LET_BE_MS: u64 = 30_000;
/// How long keys are kept that nobody asked for, in milliseconds.
const KEEP_MS: u64 = 365 * 24 * 3600 * 1000;

/// The keys of other servers. Those that are missing are fetched by [`crate::Federation`].
pub struct KeyRing {
    store: Store,
    clock: SharedClock,
    known: Cache<OwnedServerName, Arc<StoredKeys>>,
    /// Servers that told no keys, and when they may be asked again.
    silent: Cache<OwnedServerName, u64>,
    /// A server is asked by one at a time, for all who need its keys.
    pub(super) asking: Turns<OwnedServerName>,
}

impl KeyRing {
    pub(crate) fn new(store: Store, clock: SharedClock) -> Self {
        let (known, silent) = (Cache::new(REMEMBERED), Cache::new(REMEMBERED));
        Self { store, clock, known, silent, asking: Turns::of_few(1) }
    }

    pub(super) fn stored(&self, server: &ServerName) -> Result<Option<Arc<StoredKeys>>, ReadError> {
        if let Some(known) = self.known.get(server) {
            return Ok(Some(known));
        }
        let stored = self.store.latest_record::<StoredKeys, _>(tables::SERVER_KEYS, &server.to_string())?;
        let stored = stored.map(Arc::new);
        if let Some(stored) = &stored {
            self.known.insert(server.to_owned(), Arc::clone(stored));
        }
        Ok(stored)
    }

    /// Those of the wanted keys that are here and good, and the servers of which some are missing.
    pub(super) fn at_hand(
        &self,
        wanted: &BTreeSet<Wanted>,
    ) -> Result<(Keys, Vec<OwnedServerName>), ReadError> {
        let (mut keys, mut missing) = (Keys::default(), Vec::new());
        let now = self.clock.now_ms();
        for (server, wanted) in by_server(wanted) {
            let stored = self.stored(server)?;
            let mut is_whole = true;
            for want in wanted {
                let key = stored.as_ref().and_then(|stored| stored.keys.get(&want.id));
                // Nothing can be known yet of what is said to be signed in the future.
                is_whole &= key.is_some_and(|key| key.until_ms >= want.at_ms.min(now));
                if let Some(key) = key {
                    keys.insert(
                        server,
                        &want.id,
                        VerifyKey { key: key.key, valid_until: good_until(key.until_ms) },
                    );
                }
            }
            if !is_whole {
                missing.push(server.to_owned());
            }
        }
        Ok((keys, missing))
    }

    /// Remembers what a server told.
    pub(super) async fn learn(&self, server: &ServerName, told: StoredKeys) -> Result<(), TidyError> {
        let before = self.stored(server)?;
        let stored = told.after(before.as_deref());
        let mut commit = Commit::new(Durability::Lazy).positions(0);
        commit.put_record(tables::SERVER_KEYS, &server.to_string(), &stored);
        self.known.insert(server.to_owned(), Arc::new(stored));
        self.silent.remove(server);
        self.store.commit(commit).await?;
        Ok(())
    }

    pub(super) fn is_silent(&self, server: &ServerName) -> bool {
        self.silent.get(server).is_some_and(|until| until > self.clock.now_ms())
    }

    pub(super) fn told_nothing(&self, server: &ServerName) {
        self.silent.insert(server.to_owned(), self.clock.now_ms() + LET_BE_MS);
    }

    /// Removes keys that nobody asked for in a long time.
    pub(crate) async fn tidy(&self) -> Result<(), TidyError> {
        let before = self.clock.now_ms().saturating_sub(KEEP_MS);
        let mut commit = Commit::new(Durability::Lazy).positions(0);
        for row in self.store.scan_records::<StoredKeys, _>(tables::SERVER_KEYS, ..) {
            let (server, stored) = row?;
            if stored.fetched_ms < before {
                commit.delete(tables::SERVER_KEYS, &server);
            }
        }
        self.store.commit(commit).await?;
        Ok(())
    }
}

/// Why the tidying stopped; it goes on an hour later.
#[derive(Debug, thiserror::Error)]
pub enum TidyError {
    /// The database can't be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The database takes no change now.
    #[error(transparent)]
    Write(#[from] WriteError),
}
