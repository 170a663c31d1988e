//! Events that wait, against a real log and a room that only takes notes.

use crate::{
    Action, ActionError, Delayed, DelayedDeps, DelayedError, DelayedEvent, Deliver, NewDelayed, Outcome,
    Settings,
};
use config::{clock::ManualClock, random::SystemEntropy};
use rooms::{DeviceNum, UserNum};
use ruma::{OwnedEventId, OwnedRoomId};
use serde_json::value::RawValue;
use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use storage::{Options, Store};
use tempfile::TempDir;

const ALICE: UserNum = UserNum(1);
const BOB: UserNum = UserNum(2);
/// A device of hers.
const PHONE: (UserNum, DeviceNum) = (ALICE, DeviceNum(9));
const MINUTE: Duration = Duration::from_secs(60);

/// What the room says to the next events.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Room {
    Takes,
    Refuses,
    IsBroken,
}

struct Here {
    delayed: Delayed,
    clock: Arc<ManualClock>,
    store: Store,
    room: Mutex<Room>,
    sent: Mutex<Vec<String>>,
    _folder: TempDir,
}

impl Deliver for Here {
    type Refusal = Option<&'static str>;

    async fn deliver(&self, id: &str, event: &DelayedEvent) -> Result<OwnedEventId, Self::Refusal> {
        match *self.room.lock().unwrap_or_else(PoisonError::into_inner) {
            Room::Takes => {
                self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(event.kind.clone());
                Ok(OwnedEventId::try_from(format!("${id}")).expect("an id"))
            }
            Room::Refuses => Err(Some("{\"errcode\":\"M_FORBIDDEN\"}")),
            Room::IsBroken => Err(None),
        }
    }

    fn told(&self, refusal: &Self::Refusal) -> Option<String> {
        refusal.map(str::to_owned)
    }
}

impl Here {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path(), Options::default()).expect("a store");
        let clock = Arc::new(ManualClock::default());
        let delayed = open(&store, &clock);
        let (room, sent) = (Mutex::new(Room::Takes), Mutex::default());
        Self { delayed, clock, store, room, sent, _folder: folder }
    }

    async fn wish(&self, kind: &str, delay: Duration) -> Result<String, DelayedError> {
        self.delayed.schedule(PHONE, wish(kind, delay)).await
    }

    async fn schedule(&self, kind: &str, delay: Duration) -> String {
        self.wish(kind, delay).await.expect("scheduled")
    }

    /// Time passes, and what is due is done.
    async fn pass(&self, time: Duration) -> Duration {
        self.clock.advance(time);
        self.delayed.round(self).await.expect("a round")
    }

    async fn act(&self, id: &str, action: Action) -> Result<(), ActionError<Option<&'static str>>> {
        self.delayed.act(id, Some(ALICE), action, self).await
    }

    fn outcome(&self, id: &str) -> Option<Outcome> {
        self.delayed.get(id).expect("read").expect("there").outcome
    }

    fn set(&self, room: Room) {
        *self.room.lock().unwrap_or_else(PoisonError::into_inner) = room;
    }

    fn sent(&self) -> Vec<String> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn open(store: &Store, clock: &Arc<ManualClock>) -> Delayed {
    Delayed::open(DelayedDeps {
        store: store.clone(),
        clock: Arc::<ManualClock>::clone(clock),
        entropy: Arc::new(SystemEntropy),
        settings: Settings { max_delay: 60 * MINUTE, max_scheduled: 3 },
    })
}

fn wish(kind: &str, delay: Duration) -> NewDelayed {
    NewDelayed {
        txn_id: None,
        room_id: OwnedRoomId::try_from("!room:here.org").expect("an id"),
        kind: kind.to_owned(),
        state_key: None,
        content: RawValue::from_string("{\"body\":\"later\"}".into()).expect("json"),
        delay,
    }
}

#[tokio::test]
async fn events_go_when_they_are_due_and_in_the_order_of_their_times() {
    let here = Here::new();
    here.schedule("second", 2 * MINUTE).await;
    here.schedule("first", MINUTE).await;
    here.schedule("third", 3 * MINUTE).await;
    assert_eq!(here.pass(MINUTE / 2).await, MINUTE / 2);
    assert!(here.sent().is_empty());
    here.pass(MINUTE / 2).await;
    assert_eq!(here.sent(), ["first"]);
    here.pass(5 * MINUTE).await;
    assert_eq!(here.sent(), ["first", "second", "third"]);
    assert!(here.delayed.waiting(ALICE).expect("read").is_empty());
}

#[tokio::test]
async fn what_became_due_while_nobody_ran_goes_at_the_next_start() {
    let here = Here::new();
    let id = here.schedule("m.room.message", MINUTE).await;
    here.clock.advance(10 * MINUTE);
    let again = open(&here.store, &here.clock);
    again.round(&here).await.expect("a round");
    assert_eq!(here.sent(), ["m.room.message"]);
    assert!(matches!(here.outcome(&id), Some(Outcome::Sent(_))));
}

#[tokio::test]
async fn a_cancelled_event_is_never_sent_and_a_restarted_one_later() {
    let here = Here::new();
    let (gone, kept) = (here.schedule("gone", MINUTE).await, here.schedule("kept", MINUTE).await);
    here.clock.advance(MINUTE / 2);
    here.act(&gone, Action::Cancel).await.expect("cancelled");
    here.act(&kept, Action::Restart).await.expect("restarted");
    here.pass(MINUTE / 2).await;
    assert!(here.sent().is_empty());
    here.pass(MINUTE / 2).await;
    assert_eq!(here.sent(), ["kept"]);
    assert_eq!(here.outcome(&gone), Some(Outcome::Cancelled));
}

#[tokio::test]
async fn actions_repeat_and_contradictions_are_told() {
    let here = Here::new();
    let (sent, gone) = (here.schedule("sent", MINUTE).await, here.schedule("gone", MINUTE).await);
    for _ in 0..2 {
        here.act(&sent, Action::Send).await.expect("sent");
        here.act(&gone, Action::Cancel).await.expect("cancelled");
    }
    assert_eq!(here.sent(), ["sent"]);
    for (id, action) in
        [(&sent, Action::Cancel), (&sent, Action::Restart), (&gone, Action::Send), (&gone, Action::Restart)]
    {
        let refused = here.act(id, action).await.expect_err("refused");
        assert!(matches!(refused, ActionError::Delayed(DelayedError::Conflict(_))), "{action:?} {refused}");
    }
    let none = here.act("nothing", Action::Send).await.expect_err("refused");
    assert!(matches!(none, ActionError::Delayed(DelayedError::NotFound)));
}

#[tokio::test]
async fn the_events_of_others_look_like_none() {
    let here = Here::new();
    let id = here.schedule("m.room.message", MINUTE).await;
    let refused = here.delayed.act(&id, Some(BOB), Action::Cancel, &here).await.expect_err("refused");
    assert!(matches!(refused, ActionError::Delayed(DelayedError::NotFound)));
    here.delayed.act(&id, None, Action::Cancel, &here).await.expect("who knows the id may");
    assert_eq!(here.outcome(&id), Some(Outcome::Cancelled));
}

#[tokio::test]
async fn a_refused_event_keeps_the_reason_and_is_not_tried_again() {
    let here = Here::new();
    let id = here.schedule("m.room.message", MINUTE).await;
    here.set(Room::Refuses);
    let refused = here.act(&id, Action::Send).await.expect_err("refused");
    assert!(matches!(refused, ActionError::Refused(Some(_))));
    assert_eq!(here.outcome(&id), None, "sending by hand leaves it scheduled");
    here.pass(MINUTE).await;
    assert_eq!(here.outcome(&id), Some(Outcome::Refused("{\"errcode\":\"M_FORBIDDEN\"}".into())));
    here.set(Room::Takes);
    here.pass(MINUTE).await;
    assert!(here.sent().is_empty());
}

#[tokio::test]
async fn when_the_server_fails_it_is_tried_again() {
    let here = Here::new();
    here.schedule("m.room.message", MINUTE).await;
    here.set(Room::IsBroken);
    here.pass(MINUTE).await;
    here.set(Room::Takes);
    here.pass(MINUTE / 2).await;
    assert!(here.sent().is_empty(), "not at once");
    here.pass(MINUTE / 2).await;
    assert_eq!(here.sent(), ["m.room.message"]);
}

#[tokio::test]
async fn there_are_limits() {
    let here = Here::new();
    let long = here.wish("m.room.message", 61 * MINUTE).await.expect_err("refused");
    assert!(matches!(long, DelayedError::Forbidden(_)));
    let mut list = wish("m.room.message", MINUTE);
    list.content = RawValue::from_string("[1]".into()).expect("json");
    assert!(matches!(here.delayed.schedule(PHONE, list).await, Err(DelayedError::BadContent)));
    let mut large = wish("m.room.message", MINUTE);
    large.content = RawValue::from_string(format!("{{\"body\":\"{}\"}}", "x".repeat(65_536))).expect("json");
    assert!(matches!(here.delayed.schedule(PHONE, large).await, Err(DelayedError::TooLarge)));
    for minutes in [3, 2, 4] {
        here.schedule("m.room.message", minutes * MINUTE).await;
    }
    let full = here.wish("m.room.message", MINUTE).await.expect_err("refused");
    assert!(matches!(full, DelayedError::Full(wait) if wait == 2 * MINUTE), "{full}");
    here.pass(2 * MINUTE).await;
    here.schedule("m.room.message", MINUTE).await;
}

#[tokio::test]
async fn the_same_transaction_is_the_same_event() {
    let here = Here::new();
    let with = |txn: &str| NewDelayed { txn_id: Some(txn.into()), ..wish("m.room.message", MINUTE) };
    let first = here.delayed.schedule(PHONE, with("a")).await.expect("scheduled");
    assert_eq!(here.delayed.schedule(PHONE, with("a")).await.expect("scheduled"), first);
    assert_ne!(here.delayed.schedule(PHONE, with("b")).await.expect("scheduled"), first);
    assert_eq!(here.delayed.waiting(ALICE).expect("read").len(), 2);
}

#[tokio::test]
async fn ends_are_kept_for_a_week_and_closed_accounts_leave_nothing() {
    let here = Here::new();
    let ended = here.schedule("m.room.message", MINUTE).await;
    here.pass(MINUTE).await;
    here.pass(Duration::from_secs(6 * 86_400)).await;
    assert!(here.delayed.get(&ended).expect("read").is_some());
    here.pass(Duration::from_secs(86_400)).await;
    assert!(here.delayed.get(&ended).expect("read").is_none());
    let (ended, waiting) = (here.schedule("a", MINUTE).await, here.schedule("b", 30 * MINUTE).await);
    here.pass(MINUTE).await;
    here.delayed.forget(ALICE).await.expect("forgotten");
    for id in [ended, waiting] {
        assert!(here.delayed.get(&id).expect("read").is_none());
    }
    here.pass(60 * MINUTE).await;
    assert_eq!(here.sent(), ["m.room.message", "a"]);
}
