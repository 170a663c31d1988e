//! Opening: each thing that can be wrong with a folder, and what changes between versions of the program.

use crate::common::{self, NUMBERS, folder, open, options, put};
use storage::{Catalogue, Durability, OpenError, Options, Store};

fn with(catalogue: Catalogue) -> Options {
    Options { catalogue, ..options() }
}

#[test]
fn a_folder_in_use_says_so() {
    let folder = folder();
    let _first = open(&folder);
    let error = Store::open(folder.path(), options()).expect_err("in use");
    assert!(matches!(error, OpenError::InUse { .. }), "{error}");
    assert!(error.to_string().contains("stop that one first"));
}

#[test]
fn a_missing_database_is_not_made_unasked() {
    let folder = folder();
    let error = Store::open(&folder.path().join("data"), Options { create_if_missing: false, ..options() })
        .expect_err("nothing there");
    assert!(matches!(error, OpenError::Missing { .. }), "{error}");
    assert!(!folder.path().join("data").exists());
}

#[test]
fn a_file_in_the_way_is_named() {
    let folder = folder();
    let path = folder.path().join("file");
    std::fs::write(&path, b"").expect("writable");
    let error = Store::open(&path, options()).expect_err("a file");
    assert!(matches!(error, OpenError::Io { .. }), "{error:?}");
    assert!(error.to_string().contains("file"));
}

#[test]
fn a_damaged_database_is_not_used() {
    let folder = folder();
    drop(open(&folder));
    std::fs::write(folder.path().join("CURRENT"), b"MANIFEST-999999\n").expect("writable");
    let error = Store::open(folder.path(), options()).expect_err("damaged");
    assert!(matches!(error, OpenError::Corrupt { .. } | OpenError::Io { .. }), "{error:?}");
}

#[tokio::test]
async fn new_tables_are_made_and_retired_ones_dropped() {
    const OLD: Catalogue = Catalogue { tables: common::CATALOGUE.tables.split_at(2).0, retired: &[] };
    const LATER: Catalogue = Catalogue { tables: OLD.tables, retired: &[(12, "RECORDS"), (13, "JOURNAL")] };
    let folder = folder();
    let store = Store::open(folder.path(), with(OLD)).expect("opens");
    store.commit(put(Durability::Sync, 1, 1)).await.expect("written");
    drop(store);

    let store = open(&folder);
    assert_eq!(store.get(NUMBERS, &1), Ok(Some(1)));
    assert_eq!(store.scan(common::JOURNAL, ..).count(), 0);
    let mut commit = storage::Commit::new(Durability::Sync);
    commit.put(common::JOURNAL, &storage::Position(1), &bytes::Bytes::from_static(b"old"));
    store.commit(commit).await.expect("written");
    drop(store);

    let error = Store::open(folder.path(), with(OLD)).expect_err("newer tables");
    assert!(matches!(&error, OpenError::NewerVersion { .. }), "{error}");
    assert!(error.to_string().contains("start the newer version again"));

    let store = Store::open(folder.path(), with(LATER)).expect("drops the retired ones");
    assert_eq!(store.get(NUMBERS, &1), Ok(Some(1)));
    drop(store);
    drop(Store::open(folder.path(), with(OLD)).expect("they are gone"));
    assert_eq!(open(&folder).scan(common::JOURNAL, ..).count(), 0, "and empty");
}

#[tokio::test]
async fn a_newer_data_format_is_left_alone() {
    use storage::tables::META;
    let folder = folder();
    let store = open(&folder);
    let mut commit = storage::Commit::new(Durability::Sync);
    commit.put(META, &"format".to_owned(), &bytes::Bytes::copy_from_slice(&9u64.to_be_bytes()));
    store.commit(commit).await.expect("written");
    drop(store);
    let error = Store::open(folder.path(), options()).expect_err("newer");
    assert!(matches!(&error, OpenError::NewerVersion { found, .. } if found == "data format 9"), "{error}");
}

#[tokio::test]
async fn after_a_crash_the_order_goes_on_behind_everything_given_out() {
    let (folder, copy) = (folder(), folder());
    let store = open(&folder);
    store.commit(put(Durability::Sync, 1, 1)).await.expect("written");
    let epoch = store.epoch();
    // More than is reserved at once.
    store.commit(common::ephemeral(common::room(1)).positions(200_000)).await.expect("ordered");
    // A checkpoint of a running store looks like a crash just then.
    let target = copy.path().join("copy");
    store.checkpoint(&target).expect("copied");
    let last = store.commit(common::ephemeral(common::room(1))).await.expect("ordered");
    let crashed = Store::open(&target, options()).expect("opens");
    assert!(crashed.visible() > last);
    assert_eq!(crashed.epoch(), epoch + 1);
    assert_eq!(crashed.get(NUMBERS, &1), Ok(Some(1)));
}

#[tokio::test]
async fn rows_stay_readable_when_a_table_changes_its_class() {
    const MOVED: Catalogue = Catalogue {
        tables: &[
            storage::TableSpec { class: storage::Class::Large, ..common::CATALOGUE.tables[0] },
            common::CATALOGUE.tables[1],
            common::CATALOGUE.tables[2],
            common::CATALOGUE.tables[3],
        ],
        retired: &[],
    };
    let folder = folder();
    let store = open(&folder);
    store.commit(put(Durability::Sync, 1, 1)).await.expect("written");
    drop(store);
    let store = Store::open(folder.path(), with(MOVED)).expect("opens");
    assert_eq!(store.get(NUMBERS, &1), Ok(Some(1)));
}
