//! Relations and threads.

use crate::common::{TestRooms, user};
use rooms::{Code, Direction, RelationQuery, RoomError, ThreadFilter};
use ruma::{EventId, OwnedEventId, RoomId, UserId};
use serde_json::json;

fn all() -> RelationQuery<'static> {
    RelationQuery {
        rel_type: None,
        event_type: None,
        direction: Direction::Backward,
        from: None,
        to: None,
        limit: 100,
        recurse: false,
    }
}

fn related(
    t: &TestRooms,
    room: &RoomId,
    who: &UserId,
    to: &EventId,
    query: &RelationQuery<'_>,
) -> (Vec<OwnedEventId>, Option<i64>) {
    let page = t.rooms.relations(&t.info(room), t.num(who), &t.event(to), query).unwrap();
    (page.events.iter().map(|event| event.event_id().to_owned()).collect(), page.next)
}

#[tokio::test]
async fn relations_are_filtered_by_type() {
    let t = TestRooms::new();
    let alice = user("alice");
    let room = t.room(&alice).await;
    let root = t.say(&room, &alice, "root").await.event_id;
    let thread = t.relate(&room, &alice, "m.thread", &root).await.event_id;
    let relation = json!({"m.relates_to": {"rel_type": "m.thread", "event_id": root}});
    let dummy = t.send(&room, &alice, "m.dummy", relation).await.event_id;
    let own = t.relate(&room, &alice, "org.example.own", &root).await.event_id;
    t.relate(&room, &alice, "org.example.other", &thread).await;
    let of = |rel_type, event_type| {
        related(&t, &room, &alice, &root, &RelationQuery { rel_type, event_type, ..all() }).0
    };
    assert_eq!(of(None, None), [own.clone(), dummy.clone(), thread.clone()]);
    assert_eq!(of(Some("m.thread"), None), [dummy, thread.clone()]);
    assert_eq!(of(Some("m.thread"), Some("m.room.message")), [thread]);
    assert_eq!(of(Some("org.example.own"), None), [own]);
    assert_eq!(of(Some("org.example.other"), None), [] as [OwnedEventId; 0]);
}

#[tokio::test]
async fn pages_go_both_ways_and_begin_at_any_position() {
    let t = TestRooms::new();
    let alice = user("alice");
    let room = t.room(&alice).await;
    let root = t.say(&room, &alice, "root").await.event_id;
    let mut sent = Vec::new();
    for _ in 0..7 {
        sent.push(t.relate(&room, &alice, "m.thread", &root).await);
    }
    for direction in [Direction::Backward, Direction::Forward] {
        let (mut found, mut from) = (Vec::new(), None);
        loop {
            let (page, next) =
                related(&t, &room, &alice, &root, &RelationQuery { direction, from, limit: 3, ..all() });
            found.extend(page);
            from = next;
            if from.is_none() {
                break;
            }
        }
        let mut wanted: Vec<_> = sent.iter().map(|sent| sent.event_id.clone()).collect();
        if direction == Direction::Backward {
            wanted.reverse();
        }
        assert_eq!(found, wanted);
    }
    let from = Some(rooms::order_of(sent[4].position));
    let query = RelationQuery { direction: Direction::Forward, from, ..all() };
    assert_eq!(
        related(&t, &room, &alice, &root, &query).0,
        [sent[5].event_id.clone(), sent[6].event_id.clone()]
    );
}

#[tokio::test]
async fn relations_of_relations_are_followed_when_asked_for() {
    let t = TestRooms::new();
    let alice = user("alice");
    let room = t.room(&alice).await;
    let root = t.say(&room, &alice, "root").await.event_id;
    let reply = t.relate(&room, &alice, "m.thread", &root).await.event_id;
    let reaction = t.react(&room, &alice, "x", &reply).await.unwrap().event_id;
    assert_eq!(related(&t, &room, &alice, &root, &all()).0, std::slice::from_ref(&reply));
    let page = t
        .rooms
        .relations(&t.info(&room), t.num(&alice), &t.event(&root), &RelationQuery { recurse: true, ..all() })
        .unwrap();
    let found: Vec<_> = page.events.iter().map(|event| event.event_id().to_owned()).collect();
    assert_eq!((found, page.depth), (vec![reaction, reply], Some(2)));
}

#[tokio::test]
async fn nobody_reacts_twice_alike_until_the_first_is_taken_back() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    t.join(&room, &bob).await;
    let event = t.say(&room, &alice, "x").await.event_id;
    let first = t.react(&room, &alice, "👍", &event).await.unwrap().event_id;
    let again = t.react(&room, &alice, "👍", &event).await;
    assert!(matches!(again, Err(RoomError::BadRequest(Code::DuplicateAnnotation, _))), "{again:?}");
    t.react(&room, &alice, "👎", &event).await.unwrap();
    t.react(&room, &bob, "👍", &event).await.unwrap();
    t.redact(&room, &alice, &first).await;
    t.react(&room, &alice, "👍", &event).await.unwrap();
    assert_eq!(related(&t, &room, &alice, &event, &all()).0.len(), 3);
}

#[tokio::test]
async fn threads_do_not_begin_on_events_that_relate() {
    let t = TestRooms::new();
    let alice = user("alice");
    let room = t.room(&alice).await;
    let root = t.say(&room, &alice, "x").await.event_id;
    let reply = t.relate(&room, &alice, "m.thread", &root).await.event_id;
    let content = json!({"body": "x", "m.relates_to": {"rel_type": "m.thread", "event_id": reply}});
    let nested = t.rooms.send(&room, super::draft(&alice, "m.room.message", content)).await;
    assert!(matches!(nested, Err(RoomError::BadRequest(Code::Unknown, _))), "{nested:?}");
}

#[tokio::test]
async fn the_thread_that_grew_last_is_first() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    t.join(&room, &bob).await;
    let mut roots = Vec::new();
    for _ in 0..3 {
        roots.push(t.say(&room, &alice, "root").await.event_id);
    }
    for root in &roots {
        t.relate(&room, &alice, "m.thread", root).await;
    }
    let last = t.relate(&room, &bob, "m.thread", &roots[0]).await.event_id;
    let list = |who, filter, from, limit| {
        let page = t.rooms.threads(&t.info(&room), t.num(who), filter, from, limit).unwrap();
        let events = t.rooms.events(&page.roots).unwrap();
        (events.iter().map(|event| event.event_id().to_owned()).collect::<Vec<_>>(), page.next)
    };
    let (first, next) = list(&alice, ThreadFilter::All, None, 2);
    assert_eq!(first, [roots[0].clone(), roots[2].clone()]);
    assert_eq!(list(&alice, ThreadFilter::All, next, 2), (vec![roots[1].clone()], None));
    assert_eq!(list(&bob, ThreadFilter::Participated, None, 9).0, [roots[0].clone()]);
    assert_eq!(list(&alice, ThreadFilter::Participated, None, 9).0.len(), 3);

    t.redact(&room, &bob, &last).await;
    assert_eq!(
        list(&alice, ThreadFilter::All, None, 9).0,
        [roots[2].clone(), roots[1].clone(), roots[0].clone()]
    );
    assert!(list(&bob, ThreadFilter::Participated, None, 9).0.is_empty());
    let room_num = t.info(&room).num;
    assert_eq!(t.rooms.thread_summary(room_num, t.event(&roots[0]).num).unwrap().unwrap().count, 1);
}
