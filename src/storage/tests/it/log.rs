//! The order: positions, visibility, waking, durability.

use crate::common::{JOURNAL, NUMBERS, RECORDS, ephemeral, folder, open, put, room};
use bytes::Bytes;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex};
use storage::{Commit, Durability, Group, Position, Store, TopicPosition};

#[tokio::test]
async fn positions_follow_the_order_of_submission_without_gaps() {
    let folder = folder();
    let store = open(&folder);
    let tickets: Vec<_> = (0..200u32)
        .map(|n| {
            let durability = if n % 3 == 0 { Durability::Sync } else { Durability::Lazy };
            let ticket = store.submit(put(durability, n.into(), 1).positions(n % 3)).expect("open");
            (n % 3, ticket)
        })
        .collect();
    let mut last = Position(0);
    for (count, ticket) in tickets {
        if count > 0 {
            assert_eq!(ticket.first(), last.next());
            assert_eq!(ticket.position().0, last.0 + u64::from(count));
            last = ticket.position();
        } else {
            assert!(ticket.position() >= last);
            // A commit without positions that makes up a group of its own costs one.
            last = ticket.position();
        }
        let position = ticket.position();
        assert_eq!(ticket.await, Ok(position));
        assert!(store.visible() >= position);
    }
}

#[tokio::test]
async fn a_commit_without_positions_alone_is_written_and_answered() {
    let folder = folder();
    let store = open(&folder);
    for n in 0..3 {
        store.commit(put(Durability::Lazy, n, n).positions(0)).await.expect("open");
        assert_eq!(store.get(NUMBERS, &n), Ok(Some(n)));
    }
    let next = store.submit(put(Durability::Sync, 9, 9)).expect("open");
    assert!(next.first() > Position(0));
    let position = next.position();
    assert_eq!(next.await, Ok(position));
    assert_eq!(store.visible(), position);
}

#[tokio::test]
async fn operations_may_know_their_position() {
    let folder = folder();
    let store = open(&folder);
    let mut commit = Commit::new(Durability::Sync).positions(2);
    commit.with_position(|first, ops| {
        ops.put(JOURNAL, &first, &Bytes::from_static(b"first"));
        ops.put(JOURNAL, &first.next(), &Bytes::from_static(b"second"));
    });
    let last = store.commit(commit).await.expect("open");
    assert_eq!(store.get(JOURNAL, &last), Ok(Some(Bytes::from_static(b"second"))));
    assert_eq!(
        store.scan_back(JOURNAL, ..).map(|row| row.expect("readable").0).collect::<Vec<_>>(),
        [last, Position(last.0 - 1)]
    );
}

#[tokio::test]
async fn observers_come_before_visibility_and_see_all_in_order() {
    let folder = folder();
    let store = open(&folder);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let handle: Arc<Mutex<Option<Store>>> = Arc::default();
    store.observe({
        let (seen, handle) = (Arc::clone(&seen), Arc::clone(&handle));
        move |group: &Group| {
            let visible = handle.lock().unwrap().as_ref().expect("set below").visible();
            assert!(visible < group.first, "observed only after it was visible");
            let notes = group.parts.iter().flat_map(|part| &part.notes).count();
            seen.lock().unwrap().push((group.first, group.last(), notes));
        }
    });
    *handle.lock().unwrap() = Some(store.clone());
    let tickets: Vec<_> = (0..50)
        .map(|n| {
            store
                .submit(if n % 2 == 0 { ephemeral(room(n)) } else { put(Durability::Sync, n, n) })
                .expect("open")
        })
        .collect();
    for ticket in tickets {
        ticket.await.expect("written");
    }
    let seen = seen.lock().unwrap();
    assert!(seen.windows(2).all(|pair| pair[1].0 == pair[0].1.next()), "{seen:?}");
    assert_eq!(seen.iter().map(|(_, _, notes)| notes).sum::<usize>(), 25);
    *handle.lock().unwrap() = None;
}

#[tokio::test]
async fn ephemeral_commits_keep_the_order_and_cost_no_fsync() {
    let folder = folder();
    let store = open(&folder);
    store.commit(put(Durability::Sync, 1, 1)).await.expect("open");
    let before = store.metrics();
    let mut watch = store.watch([room(1), room(2)]);
    let position = store.commit(ephemeral(room(1))).await.expect("open");
    assert_eq!(watch.changed().await, Some(position));
    assert_eq!(store.topic_position(room(1)), TopicPosition::At(position));
    assert!(matches!(store.topic_position(room(2)), TopicPosition::NotSince(_)));
    let after = store.metrics();
    assert_eq!((after.syncs, after.written_bytes), (before.syncs, before.written_bytes));
    assert_eq!(after.commits, before.commits + 1);
}

#[tokio::test]
async fn lazy_commits_are_answered_at_once_and_synced_within_a_second() {
    let folder = folder();
    let store = open(&folder);
    store.commit(put(Durability::Sync, 1, 1)).await.expect("open");
    let before = store.metrics().syncs;
    store.commit(put(Durability::Lazy, 2, 2)).await.expect("open");
    assert_eq!(store.metrics().syncs, before);
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(10);
    while store.metrics().syncs == before {
        assert!(tokio::time::Instant::now() < deadline, "the lazy commit was never fsync'd");
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_flush_covers_lazy_commits() {
    let folder = folder();
    let store = open(&folder);
    store.commit(put(Durability::Sync, 1, 1)).await.expect("open");
    let before = store.metrics().syncs;
    store.commit(put(Durability::Lazy, 2, 2)).await.expect("open");
    store.flush().expect("open").await.expect("synced");
    assert_eq!(store.metrics().syncs, before + 1);
}

#[tokio::test]
async fn a_clean_close_goes_on_at_the_exact_position() {
    let folder = folder();
    let store = open(&folder);
    store.commit(put(Durability::Lazy, 1, 1)).await.expect("open");
    let last = store.commit(ephemeral(room(1))).await.expect("open");
    let epoch = store.epoch();
    store.close().expect("closed");
    assert!(store.submit(put(Durability::Sync, 2, 2)).is_err());
    assert_eq!(store.get(NUMBERS, &1), Ok(Some(1)), "reads go on");
    drop(store);
    let store = open(&folder);
    assert_eq!((store.visible(), store.epoch()), (last, epoch));
    assert_eq!(store.commit(put(Durability::Sync, 2, 2)).await, Ok(last.next()));
}

#[tokio::test]
async fn what_is_in_line_at_close_is_written() {
    let folder = folder();
    let store = open(&folder);
    let tickets: Vec<_> =
        (0..100).map(|n| store.submit(put(Durability::Sync, n, n)).expect("open")).collect();
    drop(store);
    for ticket in tickets {
        ticket.await.expect("written");
    }
    assert_eq!(open(&folder).scan(NUMBERS, ..).count(), 100);
}

#[tokio::test]
async fn records_take_new_fields() {
    #[derive(Serialize)]
    struct Old<'a> {
        name: &'a str,
    }
    #[derive(Debug, PartialEq, Deserialize)]
    struct New {
        name: String,
        #[serde(default)]
        age: Option<u32>,
    }
    let folder = folder();
    let store = open(&folder);
    let mut commit = Commit::new(Durability::Sync);
    commit.put_record(RECORDS, &1, &Old { name: "a" });
    let ticket = store.submit(commit).expect("open");
    let expected = New { name: "a".into(), age: None };
    assert_eq!(
        store.latest_record::<New, _>(RECORDS, &1).as_ref(),
        Ok(&Some(New { name: "a".into(), age: None }))
    );
    ticket.await.expect("written");
    assert_eq!(store.get_record::<New, _>(RECORDS, &1), Ok(Some(expected)));
    assert_eq!(store.scan_records::<New, _>(RECORDS, ..).count(), 1);
    assert!(store.get_record::<u64, _>(RECORDS, &1).is_err());
}

#[tokio::test]
async fn a_follower_lags_until_it_asks_for_more() {
    let folder = folder();
    let store = open(&folder);
    let backlog = storage::Backlog::of(&store, |operation| match operation {
        storage::Operation::Put { table, .. } => (*table == NUMBERS.number()).then_some(()),
        _ => None,
    });
    assert_eq!(backlog.lag(), 0);
    for number in 0..3 {
        store.commit(put(Durability::Lazy, number, number)).await.expect("written");
    }
    // What does not concern it counts while something that does waits.
    store.commit(ephemeral(room(1))).await.expect("written");
    backlog.at_least(3).await;
    assert_eq!(backlog.lag(), 4);
    assert!(matches!(backlog.take(), storage::Waiting::Tasks(tasks, _) if tasks.len() == 3));
    assert_eq!(backlog.lag(), 4, "they are taken, not done");
    backlog.at_least(0).await;
    assert_eq!(backlog.lag(), 0);
    store.commit(ephemeral(room(1))).await.expect("written");
    assert_eq!(backlog.lag(), 0);
}
