//! Receipts and read markers.

use crate::common::{TestRooms, user};
use rooms::{NewReceipt, ReceiptKind, RoomError};
use ruma::{EventId, RoomId, UserId};
use serde_json::{Value, json};
use storage::Position;

use ReceiptKind::{FullyRead, Read, ReadPrivate};

async fn send(
    t: &TestRooms,
    room: &RoomId,
    who: &UserId,
    kind: ReceiptKind,
    event: &EventId,
    thread: Option<&str>,
) -> Result<(), RoomError> {
    t.rooms.send_receipt(&t.info(room), who, NewReceipt { kind, event, thread, ts: None }).await
}

/// What `who` is told of receipts after a position.
fn told(t: &TestRooms, room: &RoomId, who: &UserId, after: Position) -> Value {
    let room = t.info(room).num;
    let public = t.rooms.public_receipts(room, after).unwrap();
    let content = public.content_with(&t.rooms.private_receipts(room, after, t.num(who)).unwrap());
    content.map_or(Value::Null, |content| serde_json::from_slice(&content).unwrap())
}

#[tokio::test]
async fn receipts_are_told_once_and_never_go_back() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    t.join(&room, &bob).await;
    let first = t.say(&room, &alice, "one").await.event_id;
    let second = t.say(&room, &alice, "two").await.event_id;
    assert_eq!(told(&t, &room, &alice, Position::ZERO), Value::Null);
    send(&t, &room, &bob, Read, &first, None).await.unwrap();
    let ts = 1_704_067_200_000_u64;
    assert_eq!(
        told(&t, &room, &alice, Position::ZERO),
        json!({first.as_str(): {"m.read": {"@bob:a": {"ts": ts}}}})
    );
    let since = t.store.visible();
    send(&t, &room, &bob, Read, &second, None).await.unwrap();
    let now = json!({second.as_str(): {"m.read": {"@bob:a": {"ts": ts}}}});
    assert_eq!(told(&t, &room, &alice, since), now);
    assert_eq!(told(&t, &room, &alice, Position::ZERO), now, "one receipt a person");
    let since = t.store.visible();
    send(&t, &room, &bob, Read, &first, None).await.unwrap();
    assert_eq!(told(&t, &room, &alice, since), Value::Null);
}

#[tokio::test]
async fn private_receipts_are_their_owners() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    t.join(&room, &bob).await;
    let event = t.say(&room, &alice, "one").await.event_id;
    let since = t.store.visible();
    let room_changed = t.store.topic_position(rooms::topics::room(t.info(&room).num));
    send(&t, &room, &bob, ReadPrivate, &event, None).await.unwrap();
    assert_eq!(told(&t, &room, &alice, since), Value::Null);
    assert!(told(&t, &room, &bob, since)[event.as_str()]["m.read.private"]["@bob:a"].is_object());
    assert_eq!(
        t.store.topic_position(rooms::topics::room(t.info(&room).num)),
        room_changed,
        "nobody else wakes"
    );
    let num = t.info(&room).num;
    assert_eq!(t.rooms.notification_counts(t.num(&bob), num).unwrap().main.notifications, 0);
    let changes = t.rooms.personal_changes(t.num(&bob), since, t.store.visible()).unwrap();
    assert_eq!(changes.iter().map(|change| change.kind).collect::<Vec<_>>(), [Some(ReadPrivate)]);
    assert!(t.rooms.personal_changes(t.num(&alice), since, t.store.visible()).unwrap().is_empty());
}

#[tokio::test]
async fn the_fully_read_marker_counts_nothing() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    t.join(&room, &bob).await;
    let event = t.say(&room, &alice, "one").await.event_id;
    let since = t.store.visible();
    send(&t, &room, &bob, FullyRead, &event, None).await.unwrap();
    let num = t.info(&room).num;
    assert_eq!(t.rooms.notification_counts(t.num(&bob), num).unwrap().main.notifications, 1);
    let (marked, position) = t.rooms.fully_read(num, t.num(&bob)).unwrap().unwrap();
    assert_eq!((marked, position > since), (event, true));
    assert_eq!(told(&t, &room, &bob, Position::ZERO), Value::Null);
    let changes = t.rooms.personal_changes(t.num(&bob), since, t.store.visible()).unwrap();
    assert_eq!(changes.iter().map(|change| change.kind).collect::<Vec<_>>(), [Some(FullyRead)]);
}

#[tokio::test]
async fn the_thread_of_a_receipt_must_fit_its_event() {
    let t = TestRooms::new();
    let alice = user("alice");
    let room = t.room(&alice).await;
    let root = t.say(&room, &alice, "root").await.event_id;
    let other = t.say(&room, &alice, "other").await.event_id;
    let reply = t.relate(&room, &alice, "m.thread", &root).await.event_id;
    let (thread, elsewhere) = (Some(root.as_str()), Some(other.as_str()));
    for (event, kind, thread, fits) in [
        (&root, Read, Some("main"), true),
        (&root, Read, thread, true),
        (&reply, Read, thread, true),
        (&reply, Read, Some("main"), false),
        (&reply, Read, elsewhere, false),
        (&other, Read, thread, false),
        (&other, Read, Some(""), false),
        (&other, Read, Some("nonsense"), false),
        (&other, FullyRead, Some("main"), false),
    ] {
        let sent = send(&t, &room, &alice, kind, event, thread).await;
        assert_eq!(sent.is_ok(), fits, "{event} in {thread:?}: {sent:?}");
    }
    let unknown = send(&t, &room, &alice, Read, "$unknown".try_into().unwrap(), None).await;
    assert!(matches!(unknown, Err(RoomError::NotFound(_))));
    let outside = send(&t, &room, &user("eve"), Read, &root, None).await;
    assert!(matches!(outside, Err(RoomError::Forbidden(_))));
}

#[tokio::test]
async fn a_receipt_of_the_whole_room_hides_one_of_a_thread_at_the_same_event() {
    let t = TestRooms::new();
    let alice = user("alice");
    let room = t.room(&alice).await;
    let event = t.say(&room, &alice, "root").await.event_id;
    send(&t, &room, &alice, Read, &event, Some("main")).await.unwrap();
    assert_eq!(
        told(&t, &room, &alice, Position::ZERO)[event.as_str()]["m.read"]["@alice:a"]["thread_id"],
        "main"
    );
    send(&t, &room, &alice, Read, &event, None).await.unwrap();
    assert_eq!(
        told(&t, &room, &alice, Position::ZERO)[event.as_str()]["m.read"]["@alice:a"].get("thread_id"),
        None
    );
}
