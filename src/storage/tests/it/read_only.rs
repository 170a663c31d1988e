//! A disk that fails.

use crate::common::{NUMBERS, ephemeral, folder, open, options, put, room};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use storage::{Durability, Options, Status, Store, WriteError};

#[tokio::test]
async fn a_failed_write_stops_writes_and_nothing_else() {
    let folder = folder();
    let broken = Arc::new(AtomicBool::new(false));
    let store = Store::open(folder.path(), Options { fail_writes: Some(Arc::clone(&broken)), ..options() })
        .expect("opens");
    let good = store.commit(put(Durability::Sync, 1, 10)).await.expect("written");
    let mut watch = store.watch([room(1)]);

    broken.store(true, Ordering::SeqCst);
    let mut bad = put(Durability::Sync, 1, 11);
    bad.topic(room(1));
    let tickets: Vec<_> = [bad, put(Durability::Lazy, 2, 20), ephemeral(room(1))]
        .into_iter()
        .filter_map(|commit| store.submit(commit).ok())
        .collect();
    assert!(!tickets.is_empty());
    for ticket in tickets {
        assert!(matches!(ticket.await, Err(WriteError::ReadOnly(_))));
    }
    assert!(matches!(store.status(), Status::ReadOnly { .. }));

    broken.store(false, Ordering::SeqCst);
    assert!(
        matches!(store.submit(put(Durability::Sync, 3, 30)), Err(WriteError::ReadOnly(_))),
        "a disk that comes back needs a person to look"
    );
    assert!(matches!(store.submit(ephemeral(room(1))), Err(WriteError::ReadOnly(_))));
    assert_eq!(store.visible(), good);
    assert_eq!(watch.hit(), None);
    assert_eq!(store.get(NUMBERS, &1), Ok(Some(10)));
    assert_eq!(store.latest(NUMBERS, &1), Ok(Some(10)), "nothing shows that will never be written");
    assert!(store.close().is_err());
    assert!(tokio::time::timeout(std::time::Duration::ZERO, watch.changed()).await.is_err());
    drop(store);
    let store = open(&folder);
    assert_eq!(store.get(NUMBERS, &1), Ok(Some(10)));
    assert!(store.commit(put(Durability::Sync, 3, 30)).await.expect("written") > good);
}

#[tokio::test]
async fn a_queue_that_grows_too_long_refuses() {
    let folder = folder();
    let store = Store::open(folder.path(), Options { max_queue_bytes: 10_000, ..options() }).expect("opens");
    let gate = Arc::<std::sync::Mutex<()>>::default();
    let held = Arc::clone(&gate);
    store.observe(move |_| drop(held.lock()));
    let closed = gate.lock().unwrap();
    let mut tickets = Vec::new();
    let refused = loop {
        match store.submit(put(Durability::Lazy, 1, 1)) {
            Ok(ticket) => tickets.push(ticket),
            Err(error) => break error,
        }
        assert!(tickets.len() < 1000, "nothing bounds the queue");
    };
    assert!(matches!(refused, WriteError::Overloaded { .. }));
    drop(closed);
    for ticket in tickets {
        ticket.await.expect("written");
    }
    store.commit(put(Durability::Lazy, 1, 1)).await.expect("room again");
}
