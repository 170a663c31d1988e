//! Databases that are older than some of their tables.

use crate::common::{TestRooms, user};
use rooms::Draft;
use ruma::events::TimelineEventType;
use serde_json::{json, value::to_raw_value};
use storage::{Commit, Durability, tables};

type Rows = (Vec<((u64, u64, i64), u64)>, Vec<((u64, i64), (u64, u64, u64))>);

impl TestRooms {
    fn rows(&self) -> Rows {
        let by_time = self.store.scan(tables::EVENTS_BY_TIME, ..).collect::<Result<_, _>>();
        let redacted = self.store.scan(tables::REDACTED_COUNTS, ..).collect::<Result<_, _>>();
        (by_time.expect("rows"), redacted.expect("rows"))
    }

    /// Makes the database one from before these tables, of which rooms up to `done` have their rows.
    async fn made_older(&self, done: Option<u64>) {
        let mut commit = Commit::new(Durability::Sync);
        let (by_time, redacted) = self.rows();
        let lacks = |room: u64| done.is_none_or(|done| room > done);
        for (key, _) in by_time.iter().filter(|(key, _)| lacks(key.0)) {
            commit.delete(tables::EVENTS_BY_TIME, key);
        }
        for (key, _) in redacted.iter().filter(|(key, _)| lacks(key.0)) {
            commit.delete(tables::REDACTED_COUNTS, key);
        }
        let mark = "rooms.filled".to_owned();
        match done {
            Some(done) => commit.put(tables::CURSORS, &mark, &done),
            None => commit.delete(tables::CURSORS, &mark),
        }
        self.store.commit(commit).await.expect("a write");
    }
}

#[tokio::test]
async fn older_events_get_their_rows_once() {
    let t = TestRooms::new();
    let alice = user("alice");
    let (first, second) = (t.room(&alice).await, t.room(&alice).await);
    for room in [&first, &second] {
        // More than one step.
        for _ in 0..505 {
            t.say(room, &alice, "said").await;
        }
        let slip = t.say(room, &alice, "slip").await.event_id;
        let content = to_raw_value(&json!({"redacts": slip})).expect("JSON");
        let redaction = Draft::message(alice.clone(), TimelineEventType::RoomRedaction, content);
        t.rooms.send(room, redaction).await.expect("may redact");
    }
    let whole = t.rows();
    assert_eq!((whole.0.len() > 1_000, whole.1.len()), (true, 2));

    t.made_older(None).await;
    assert_eq!(t.rows(), (vec![], vec![]));
    t.rooms.tidy().await.expect("can fill");
    assert_eq!(t.rows(), whole);

    t.made_older(Some(t.info(&first).num.0)).await;
    let t = t.reopened();
    t.rooms.tidy().await.expect("can go on");
    assert_eq!(t.rows(), whole);

    let mut commit = Commit::new(Durability::Sync);
    commit.delete(tables::EVENTS_BY_TIME, &whole.0[0].0);
    t.store.commit(commit).await.expect("a write");
    t.rooms.tidy().await.expect("has nothing to fill");
    assert_eq!(t.rows().0.len(), whole.0.len() - 1, "what is done is not done again");
}
