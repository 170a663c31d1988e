//! Tables of the tests, and short words for what tests do all the time.

use bytes::Bytes;
use storage::{Commit, Durability, Options, Position, Record, Store, Topic, catalogue};
use tempfile::TempDir;

catalogue! {
    /// Plain numbers.
    10 NUMBERS: (u64 => u64), tests, Small, "tests are short";
    /// Texts under a number.
    11 TEXTS: ((u64, String) => Bytes), tests, Large, "tests are short";
    /// Structs.
    12 RECORDS: (u64 => Record), tests, Small, "tests are short";
    /// One row a position.
    13 JOURNAL: (Position => Bytes), tests, Append, "tests are short";
    retired: [];
}

pub(crate) fn options() -> Options {
    Options { catalogue: CATALOGUE, ..Options::default() }
}

pub(crate) fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

pub(crate) fn open(folder: &TempDir) -> Store {
    Store::open(folder.path(), options()).expect("the store opens")
}

pub(crate) fn room(id: u64) -> Topic {
    Topic::new(1, id)
}

/// A commit of one row.
pub(crate) fn put(durability: Durability, key: u64, value: u64) -> Commit {
    let mut commit = Commit::new(durability);
    commit.put(NUMBERS, &key, &value);
    commit
}

/// A commit that writes nothing.
pub(crate) fn ephemeral(topic: Topic) -> Commit {
    let mut commit = Commit::new(Durability::Lazy);
    commit.topic(topic);
    commit.note(1, Bytes::from_static(b"typing"));
    commit
}

/// All rows of the tables that tests compare: numbers, texts, journal.
pub(crate) type Contents = (Vec<(u64, u64)>, Vec<((u64, String), Bytes)>, Vec<(Position, Bytes)>);

/// Reads them all.
pub(crate) fn contents(store: &Store) -> Contents {
    let numbers = store.scan(NUMBERS, ..).collect::<Result<_, _>>().expect("readable");
    let texts = store.scan(TEXTS, ..).collect::<Result<_, _>>().expect("readable");
    let journal = store.scan(JOURNAL, ..).collect::<Result<_, _>>().expect("readable");
    (numbers, texts, journal)
}
