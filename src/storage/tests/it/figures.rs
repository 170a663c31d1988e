//! Figures, for people: `cargo test --release -p storage -- --ignored --nocapture figures`.

use crate::common::folder;
use bytes::Bytes;
use std::time::{Duration, Instant};
use storage::{Commit, Durability, Options, Store, tables};

fn resident_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("present");
    line.split_whitespace().nth(1).and_then(|word| word.parse().ok()).expect("a number")
}

/// Time on the processor of this thread, which other work on the machine does not lengthen.
fn busy() -> Duration {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    Duration::from_nanos(text.split(' ').next().and_then(|word| word.parse().ok()).expect("a number"))
}

#[expect(clippy::disallowed_methods, reason = "a measurement")]
fn timed<T>(what: &str, work: impl FnOnce() -> T) -> (T, Duration) {
    let (start, before) = (Instant::now(), busy());
    let result = work();
    let (took, worked) = (start.elapsed(), busy().saturating_sub(before));
    let millis = |time: Duration| time.as_secs_f64() * 1e3;
    println!(
        "{what}: {:.1} ms, {:.1} of them busy, {} KiB resident",
        millis(took),
        millis(worked),
        resident_kib()
    );
    (result, took)
}

/// An event as the room engine writes it: JSON, metadata and a few small rows.
fn event(n: u64) -> Commit {
    let mut commit = Commit::new(Durability::Sync);
    commit.topic(storage::Topic::new(1, n % 8));
    commit.put(tables::EVENT_JSON, &n, &Bytes::from(vec![b'x'; 600]));
    commit.put_record(tables::ROOMS, &n, &(n, n % 8, "m.room.message"));
    commit.put(tables::IDS, &(1, format!("$event{n}")), &n);
    commit.put(tables::NAMES, &(1, n), &format!("$event{n}"));
    commit.with_position(move |first, ops| {
        ops.put(tables::TIMELINE, &(n % 8, first.0.cast_signed()), &n);
        ops.put(tables::CURSORS, &(n % 8).to_string(), &n);
    });
    commit
}

#[test]
#[ignore = "prints figures"]
fn figures() {
    let folder = folder();
    println!("{} tables, {} KiB resident at first", tables::CATALOGUE.tables.len(), resident_kib());
    let open = || Store::open(folder.path(), Options::default()).expect("opens");
    let (store, _) = timed("open, empty folder", open);
    timed("close", || drop(store));
    let (store, _) = timed("open again", open);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    let each = 2_000;
    let ((), took) = timed("16 senders", || {
        runtime.block_on(async {
            let senders: Vec<_> = (0..16u64)
                .map(|sender| {
                    let store = store.clone();
                    tokio::spawn(async move {
                        for n in 0..each {
                            store.commit(event(sender * each + n)).await.expect("written");
                        }
                    })
                })
                .collect();
            for sender in senders {
                sender.await.expect("no panic");
            }
        });
    });
    println!("  {:.0} events a second", (16 * each) as f64 / took.as_secs_f64());
    println!("  {:?}", store.metrics());
    timed("32,000 reads", || {
        (0..32_000u64).for_each(|n| assert!(store.get(tables::EVENT_JSON, &n).expect("readable").is_some()));
    });
    let copy = folder.path().join("copy");
    timed("checkpoint", || store.checkpoint(&copy).expect("copied"));
    let (crashed, _) = timed("open after a crash just behind a checkpoint", || {
        Store::open(&copy, Options::default()).expect("opens")
    });
    drop(crashed);
    timed("close", || drop(store));
    timed("open again", open);
}
