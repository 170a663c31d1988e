//! A second store that is fed with the groups of the first.

use crate::common::{NUMBERS, contents, ephemeral, folder, open, options, put, room};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use storage::{ApplyError, CheckpointError, Durability, Group, Options, Store, TopicPosition, WriteError};

fn following(path: &std::path::Path) -> Store {
    Store::open(path, Options { follow: true, ..options() }).expect("opens")
}

#[tokio::test]
async fn gaps_old_writers_and_damage_are_refused() {
    let (here, there) = (folder(), folder());
    let store = open(&here);
    let mut stream = store.groups();
    let mut groups = Vec::new();
    for n in 0..4 {
        let mut commit = put(Durability::Sync, n, n);
        commit.topic(room(n));
        store.commit(commit).await.expect("written");
        groups.push(stream.next().await.expect("open").expect("in time"));
    }
    let replica = open(&there);
    replica.apply(&groups[0]).expect("the first");
    assert!(matches!(replica.apply(&groups[2]), Err(ApplyError::Gap { .. })));
    assert!(matches!(replica.apply(&groups[1][1..]), Err(ApplyError::Decode(_))));
    assert!(matches!(replica.submit(put(Durability::Sync, 1, 1)), Err(WriteError::Follower)));
    assert!(matches!(store.apply(&groups[0]), Err(ApplyError::Writer)));
    assert_eq!(contents(&replica).0, [(0, 0)]);

    let mut watch = replica.watch([room(1)]);
    let position = replica.apply(&groups[1]).expect("the second");
    assert_eq!(watch.changed().await, Some(position));
    assert_eq!(replica.topic_position(room(1)), TopicPosition::At(position));

    let mut newer = Group::decode(&groups[2]).expect("own bytes");
    newer.epoch += 1;
    replica.apply(&newer.encode()).expect("a new epoch follows");
    assert!(matches!(replica.apply(&groups[3]), Err(ApplyError::StaleEpoch { .. })));
}

#[tokio::test]
async fn a_replica_goes_on_where_it_stopped() {
    let (here, there) = (folder(), folder());
    let store = open(&here);
    let mut stream = store.groups();
    let replica = open(&there);
    for n in 0..3 {
        store.commit(put(Durability::Lazy, n, n)).await.expect("written");
        replica.apply(&stream.next().await.expect("open").expect("in time")).expect("in order");
    }
    let position = replica.visible();
    drop(replica);
    let replica = open(&there);
    assert_eq!(replica.visible(), position);
    store.commit(put(Durability::Lazy, 9, 9)).await.expect("written");
    replica.apply(&stream.next().await.expect("open").expect("in time")).expect("in order");
    assert_eq!(contents(&replica), contents(&store));
}

/// A worker that starts: a checkpoint taken under load, then all groups from before it on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_checkpoint_under_load_catches_up() {
    let (here, there) = (folder(), folder());
    let store = open(&here);
    let mut stream = store.groups();
    let stop = Arc::new(AtomicBool::new(false));
    let load = tokio::spawn({
        let (store, stop) = (store.clone(), Arc::clone(&stop));
        async move {
            let mut n = 0;
            while !stop.load(Ordering::SeqCst) {
                n += 1;
                let commit = if n % 5 == 0 { ephemeral(room(n)) } else { put(Durability::Lazy, n % 500, n) };
                store.commit(commit).await.expect("written");
            }
        }
    });
    while store.visible().0 < 300 {
        tokio::task::yield_now().await;
    }
    let target = there.path().join("copy");
    let position = tokio::task::block_in_place(|| store.checkpoint(&target)).expect("copied");
    assert_eq!(store.checkpoint(&target), Err(CheckpointError::Exists(target.clone())));
    let goal = store.visible().0 + 100;
    while store.visible().0 < goal {
        tokio::task::yield_now().await;
    }
    stop.store(true, Ordering::SeqCst);
    load.await.expect("no panic");

    let replica = following(&target);
    assert_eq!(replica.visible(), position);
    while let Some(group) = stream.try_next() {
        replica.apply(&group.expect("in time")).expect("overlaps and follows");
    }
    assert_eq!(replica.visible(), store.visible());
    assert_eq!(contents(&replica), contents(&store));
}

/// The last thing before the copy was for eyes only and is not on disk: what comes next follows all the same.
#[tokio::test]
async fn a_checkpoint_after_an_ephemeral_commit_goes_on() {
    let here = folder();
    let store = open(&here);
    store.commit(put(Durability::Sync, 1, 1)).await.expect("written");
    let last = store.commit(ephemeral(room(1))).await.expect("ordered");
    let mut stream = store.groups();
    let target = here.path().join("copy");
    assert_eq!(store.checkpoint(&target), Ok(last));
    store.commit(put(Durability::Sync, 2, 2)).await.expect("written");
    let replica = following(&target);
    replica.apply(&stream.next().await.expect("open").expect("in time")).expect("follows");
    assert_eq!(contents(&replica), contents(&store));
}

/// A writer that crashes forgets ephemeral positions that replicas have seen; they can go on all the same.
#[tokio::test]
async fn a_replica_survives_a_crash_of_its_writer() {
    let (here, there) = (folder(), folder());
    let store = open(&here);
    let mut stream = store.groups();
    let replica = open(&there);
    store.commit(put(Durability::Sync, 1, 1)).await.expect("written");
    let crashed = here.path().join("crashed");
    store.checkpoint(&crashed).expect("copied");
    let last = store.commit(ephemeral(room(1))).await.expect("ordered");
    while let Some(group) = stream.try_next() {
        replica.apply(&group.expect("in time")).expect("in order");
    }
    assert_eq!(replica.visible(), last);

    let writer = Store::open(&crashed, options()).expect("opens");
    let mut stream = writer.groups();
    writer.commit(put(Durability::Sync, 2, 2)).await.expect("written");
    let group = stream.next().await.expect("open").expect("in time");
    replica.apply(&group).expect("a new epoch that lacks nothing");
    assert_eq!(replica.get(NUMBERS, &2), Ok(Some(2)));
    let late = open(&folder());
    assert!(
        matches!(late.apply(&group), Err(ApplyError::Gap { .. })),
        "a replica that lacks the first group must not go on"
    );
}
