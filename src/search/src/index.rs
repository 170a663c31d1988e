//! The index in its folder, and whether it can be trusted.
//!
//! Each commit of the index carries a [`Seal`]: which index it is, up to which position it is complete, and the position of the
//! commit before. The database knows the same index by its id and remembers the position after each commit. So an index of
//! another database, or one that is ahead of a database that was restored from a backup, is recognized and made again.

use crate::{SearchError, schema::Fields};
use config::random::Entropy;
use serde::{Deserialize, Serialize};
use std::{io, path::Path};
use storage::{Commit, Durability, Position, Store, Ticket, tables};
use tantivy::{Index as Tantivy, IndexReader, ReloadPolicy};

/// Rises when documents change their meaning; an index of another version is made again.
const VERSION: u32 = 1;
/// Where the database remembers up to which position the index is complete.
const CURSOR: &str = "search";
/// Where the database remembers which index is its own.
const ID: &str = "search.index";

/// What an index says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Seal {
    version: u32,
    id: u64,
    cursor: u64,
    previous: u64,
}

/// An open index.
pub(crate) struct Index {
    pub(crate) fields: Fields,
    pub(crate) tantivy: Tantivy,
    pub(crate) reader: IndexReader,
    id: u64,
}

impl Index {
    /// Opens the index of a database, or makes a new one. With it comes the position up to which it is complete; 0 for one that
    /// has to be filled from the beginning.
    pub(crate) fn open(
        path: &Path,
        store: &Store,
        entropy: &dyn Entropy,
    ) -> Result<(Self, Position), SearchError> {
        match Self::existing(path, store) {
            Ok(Some(found)) => return Ok(found),
            Ok(None) => {}
            // Whatever is wrong with the files, a new index has nothing of it.
            Err(SearchError::Index(error)) => {
                tracing::warn!(%error, "the search index is damaged and is made again");
            }
            Err(error) => return Err(error),
        }
        Ok((Self::create(path, store, entropy)?, Position::ZERO))
    }

    fn existing(path: &Path, store: &Store) -> Result<Option<(Self, Position)>, SearchError> {
        if !path.join("meta.json").exists() {
            return Ok(None);
        }
        let tantivy = Tantivy::open_in_dir(path)?;
        let (schema, fields) = Fields::build();
        let seal = tantivy.load_metas()?.payload.and_then(|text| serde_json::from_str::<Seal>(&text).ok());
        let Some(seal) = seal.filter(|seal| seal.version == VERSION && tantivy.schema() == schema) else {
            return Ok(None);
        };
        let row = |name: &str| store.get(tables::CURSORS, &name.to_owned());
        let cursor = row(CURSOR)?.unwrap_or(0);
        // The index's own word is not enough: between its commit and the row there may have been a crash, or a backup.
        let ours = row(ID)? == Some(seal.id) && (cursor == seal.cursor || cursor == seal.previous);
        if !ours || cursor == 0 || Position(cursor) > store.visible() {
            return Ok(None);
        }
        Ok(Some((Self::with(tantivy, fields, seal.id)?, Position(cursor))))
    }

    fn create(path: &Path, store: &Store, entropy: &dyn Entropy) -> Result<Self, SearchError> {
        match std::fs::remove_dir_all(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => std::fs::create_dir_all(path)?,
        }
        let mut id = [0; 8];
        entropy.fill(&mut id);
        let id = u64::from_le_bytes(id);
        let mut commit = Commit::new(Durability::Sync).positions(0);
        commit.put(tables::CURSORS, &ID.to_owned(), &id);
        commit.delete(tables::CURSORS, &CURSOR.to_owned());
        // In order before whatever the index's own commits write; nothing trusts the index before those.
        drop(store.submit(commit)?);
        let (schema, fields) = Fields::build();
        Self::with(Tantivy::create_in_dir(path, schema)?, fields, id)
    }

    fn with(tantivy: Tantivy, fields: Fields, id: u64) -> Result<Self, SearchError> {
        Fields::register(&tantivy);
        let reader = tantivy.reader_builder().reload_policy(ReloadPolicy::Manual).try_into()?;
        Ok(Self { fields, tantivy, reader, id })
    }

    /// What the commit of the index is to carry when it is complete up to `cursor`, and was up to `previous` before.
    pub(crate) fn seal(&self, cursor: Position, previous: Position) -> String {
        let seal = Seal { version: VERSION, id: self.id, cursor: cursor.0, previous: previous.0 };
        serde_json::to_string(&seal).expect("a few numbers are JSON")
    }

    /// Has the database remember the position of a commit of the index.
    pub(crate) fn remember(store: &Store, cursor: Position) -> Result<Ticket, SearchError> {
        let mut commit = Commit::new(Durability::Sync).positions(0);
        commit.put(tables::CURSORS, &CURSOR.to_owned(), &cursor.0);
        Ok(store.submit(commit)?)
    }
}
