//! Sending: once only, in order, and only what is allowed.

use crate::common::{TestRooms, message, state, user};
use rooms::{Code, Draft, RoomError, Rooms, TxnKey};
use ruma::{OwnedEventId, RoomId, RoomVersionId, UserId, events::TimelineEventType};
use serde_json::{json, value::to_raw_value};

fn with_txn(rooms: &Rooms, who: &UserId, text: &str, txn_id: &str) -> Draft {
    let user = rooms.ids().user(who).unwrap();
    let device = rooms.ids().device(user, "PHONE".into()).unwrap();
    Draft { txn: Some(TxnKey { device, txn_id: txn_id.to_owned() }), ..message(who, text) }
}

fn redaction(who: &UserId, target: &OwnedEventId) -> Draft {
    let content = to_raw_value(&json!({ "reason": "spam" })).unwrap();
    Draft {
        redacts: Some(target.clone()),
        ..Draft::message(who.to_owned(), TimelineEventType::RoomRedaction, content)
    }
}

#[tokio::test]
async fn messages_follow_each_other() {
    let t = TestRooms::new();
    let alice = user("alice");
    let room = t.room(&alice).await;
    let first = t.say(&room, &alice, "one").await;
    let second = t.say(&room, &alice, "two").await;
    assert!(second.position > first.position);
    let event = t.rooms.event_by_id(&second.event_id).unwrap().unwrap();
    assert_eq!(event.pdu.prev_events(), [first.event_id]);
    assert_eq!(event.meta.position(), Some(second.position));
    assert_eq!(event.meta.before, event.meta.after);
    let num = t.info(&room).num;
    let page = t.rooms.timeline_range(num, first.position, second.position, 10).unwrap();
    assert_eq!((page.events, page.more), (vec![(event.meta.order, event.num)], false));
    let page = t.rooms.timeline_range(num, storage::Position::ZERO, second.position, 1).unwrap();
    assert_eq!((page.events.len(), page.more), (1, true));
    assert_eq!(t.rooms.state_root_at(num, second.position).unwrap(), event.meta.after);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_same_transaction_is_the_same_event() {
    let t = TestRooms::new();
    let alice = user("alice");
    let (room, other) = (t.room(&alice).await, t.room(&alice).await);
    let sends = (0..16).map(|_| {
        let (rooms, room, draft) = (t.rooms.clone(), room.clone(), with_txn(&t.rooms, &alice, "once", "t1"));
        tokio::spawn(async move { rooms.send(&room, draft).await.unwrap() })
    });
    let mut sent = Vec::new();
    for send in sends.collect::<Vec<_>>() {
        sent.push(send.await.unwrap());
    }
    assert!(sent.iter().all(|one| *one == sent[0]));
    assert_ne!(t.rooms.send(&room, with_txn(&t.rooms, &alice, "twice", "t2")).await.unwrap(), sent[0]);
    assert_ne!(t.rooms.send(&other, with_txn(&t.rooms, &alice, "once", "t1")).await.unwrap(), sent[0]);
    let event = t.rooms.event(sent[0].event).unwrap().unwrap();
    assert_eq!(event.meta.txn.as_ref().map(|(_, id)| &**id), Some("t1"));

    let t = t.reopened();
    assert_eq!(t.rooms.send(&room, with_txn(&t.rooms, &alice, "once", "t1")).await.unwrap(), sent[0]);
    t.rooms.tidy().await.unwrap();
    assert_eq!(t.rooms.send(&room, with_txn(&t.rooms, &alice, "once", "t1")).await.unwrap(), sent[0]);
    t.clock.advance(std::time::Duration::from_secs(25 * 3600));
    t.rooms.tidy().await.unwrap();
    assert_ne!(t.rooms.send(&room, with_txn(&t.rooms, &alice, "once", "t1")).await.unwrap(), sent[0]);
}

#[tokio::test]
async fn state_that_changes_nothing_is_no_event() {
    let t = TestRooms::new();
    let alice = user("alice");
    let room = t.room(&alice).await;
    let first = t.set(&room, &alice, "org.example", "k", json!({ "b": 1, "a": { "y": 2, "x": 3 } })).await;
    let again = t.set(&room, &alice, "org.example", "k", json!({ "a": { "x": 3, "y": 2 }, "b": 1 })).await;
    assert_eq!(first, again);
    let other = t.set(&room, &alice, "org.example", "k", json!({ "b": 2 })).await;
    assert_ne!(first.event_id, other.event_id);
    let (before, after) = t.rooms.state_at(other.event).await.unwrap().unwrap();
    let changes = t.rooms.state_diff(t.info(&room).num, before, after).unwrap();
    assert_eq!(changes.len(), 1);
    assert_eq!((changes[0].before, changes[0].after), (Some(first.event), Some(other.event)));
}

#[tokio::test]
async fn the_rules_say_no_with_reasons() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    t.join(&room, &bob).await;
    let denied = t.rooms.send(&room, state(&bob, "m.room.name", "", json!({ "name": "x" }))).await;
    assert!(matches!(&denied, Err(RoomError::Forbidden(why)) if !why.is_empty()), "{denied:?}");
    let big = t.rooms.send(&room, message(&bob, &"x".repeat(70_000))).await;
    assert!(matches!(big, Err(RoomError::TooLarge(_))), "{big:?}");
    let float = t.rooms.send(&room, state(&alice, "org.example", "", json!({ "a": 1.5 }))).await;
    assert!(matches!(float, Err(RoomError::BadRequest(Code::BadJson, _))), "{float:?}");
    let nowhere = t.rooms.send(RoomId::parse("!x:a").unwrap().as_ref(), message(&bob, "hi")).await;
    assert!(matches!(nowhere, Err(RoomError::NotFound(_))));
    // Nothing of it left a trace.
    t.say(&room, &bob, "still here").await;
    assert_eq!(t.timeline(&room).len(), 8);
}

#[tokio::test]
async fn redactions_need_power_over_other_peoples_events() {
    for version in [RoomVersionId::V1, RoomVersionId::V6, RoomVersionId::V12] {
        let t = TestRooms::new();
        let (alice, bob) = (user("alice"), user("bob"));
        let room = t.room_of(&alice, &version).await;
        t.join(&room, &bob).await;
        let by_alice = t.say(&room, &alice, "one").await;
        let by_bob = t.say(&room, &bob, "two").await;
        let denied = t.rooms.send(&room, redaction(&bob, &by_alice.event_id)).await;
        assert!(matches!(denied, Err(RoomError::Forbidden(_))), "{version}: {denied:?}");
        let own = t.rooms.send(&room, redaction(&bob, &by_bob.event_id)).await.unwrap();
        let event = t.rooms.event(own.event).unwrap().unwrap();
        assert_eq!(event.pdu.redacts(&t.info(&room).rules), Some(by_bob.event_id), "{version}");
        t.rooms.send(&room, redaction(&alice, &by_alice.event_id)).await.unwrap();
        assert_eq!(t.rooms.redacted_by(by_bob.event).unwrap(), Some(own.event));
        let unknown = t.rooms.send(&room, redaction(&alice, &"$nothing:a".try_into().unwrap())).await;
        assert!(matches!(unknown, Err(RoomError::NotFound(_))), "{unknown:?}");
    }
}

#[tokio::test]
async fn rooms_go_on_after_a_restart() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    t.join(&room, &bob).await;
    let last = t.say(&room, &bob, "before").await;
    let t = t.reopened();
    let next = t.say(&room, &bob, "after").await;
    let event = t.rooms.event_by_id(&next.event_id).unwrap().unwrap();
    assert_eq!(event.pdu.prev_events(), [last.event_id]);
    assert!(next.position > last.position && next.event > last.event);
    assert_eq!(t.rooms.joined_count(t.info(&room).num).unwrap(), 2);
    t.join(&room, &user("carol")).await;
    assert_eq!(t.rooms.joined_count(t.info(&room).num).unwrap(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_at_once_make_one_line() {
    let t = TestRooms::new();
    let alice = user("alice");
    let room = t.room(&alice).await;
    let sends: Vec<_> = (0..100)
        .map(|n| {
            let (rooms, room, draft) = (t.rooms.clone(), room.clone(), message(&alice, &n.to_string()));
            tokio::spawn(async move { rooms.send(&room, draft).await.unwrap() })
        })
        .collect();
    for send in sends {
        send.await.unwrap();
    }
    let timeline = t.timeline(&room);
    for pair in timeline.windows(2) {
        assert_eq!(pair[1].pdu.prev_events(), [pair[0].event_id().to_owned()]);
        assert!(pair[0].meta.order < pair[1].meta.order);
        assert_eq!(pair[0].meta.after, pair[1].meta.before);
    }
    assert_eq!(timeline.len(), 106);
    assert!(t.forgetful().contradictions(t.info(&room).num).unwrap().is_empty());
}
