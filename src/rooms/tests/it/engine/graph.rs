//! Events from elsewhere: any graph, in any order, gives the state that full resolution gives.

use std::collections::BTreeMap;

use crate::common::TestRooms;
use events::{
    Pdu,
    resolve::StateMap,
    testing::{Random, TestRoom, random_room},
};
use proptest::prelude::*;
use rooms::{Outcome, Received, RoomRef, StateRoot};
use ruma::{OwnedEventId, RoomVersionId};
use serde_json::json;

type Plain = BTreeMap<(String, String), OwnedEventId>;

fn plain(state: &StateMap<OwnedEventId>) -> Plain {
    state.iter().map(|((kind, key), id)| ((kind.to_string(), key.clone()), id.clone())).collect()
}

fn state_of(t: &TestRooms, room: &RoomRef, root: StateRoot) -> Plain {
    let entries = t.rooms.state_entries(room.num, root).unwrap();
    let named = entries.into_iter().map(|(key, num)| {
        let (kind, key) = t.rooms.ids().state_key_name(key).unwrap();
        let event = t.rooms.event(num).unwrap().unwrap();
        ((kind.to_string(), key.to_string()), event.event_id().to_owned())
    });
    named.collect()
}

fn current(t: &TestRooms, room: &RoomRef) -> Plain {
    let events = t.rooms.full_state(room.num).unwrap();
    let named = events.iter().map(|event| {
        let key = event.pdu.state_key().unwrap().to_owned();
        ((event.pdu.kind().to_string(), key), event.event_id().to_owned())
    });
    named.collect()
}

async fn adopt(t: &TestRooms, graph: &TestRoom) -> RoomRef {
    t.rooms.adopt(graph.room_id(), graph.version()).await.unwrap()
}

/// Hands in all events, those that come too early again later.
async fn receive_all(t: &TestRooms, room: &RoomRef, mut events: Vec<Pdu>) -> BTreeMap<OwnedEventId, Outcome> {
    let mut outcomes = BTreeMap::new();
    while !events.is_empty() {
        let mut early = Vec::new();
        let count = events.len();
        for pdu in events {
            match t.rooms.receive(&room.id, pdu.clone(), Received::Live).await.unwrap() {
                Outcome::Missing { prev, auth } => {
                    assert!(!prev.is_empty() || !auth.is_empty());
                    early.push(pdu);
                }
                outcome => drop(outcomes.insert(pdu.event_id().to_owned(), outcome)),
            }
        }
        assert!(early.len() < count, "nothing moves");
        events = early;
    }
    outcomes
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn versions() -> impl Strategy<Value = RoomVersionId> {
    prop::sample::select(vec![
        RoomVersionId::V1,
        RoomVersionId::V2,
        RoomVersionId::V6,
        RoomVersionId::V11,
        RoomVersionId::V12,
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_a_graph_gives_the_state_of_full_resolution(version in versions(), seed in any::<u64>()) {
        let mut graph = random_room(&version, seed, 40);
        // One more event sees all forks, if the room lets its creator say so.
        let tips = graph.extremities().to_vec();
        let last = graph.message("@alice:a", "all of it").after(tips).send().ok();
        let mut events = graph.events();
        Random::new(seed ^ 1).shuffle(&mut events);
        runtime().block_on(async {
            let t = TestRooms::new();
            let room = adopt(&t, &graph).await;
            let outcomes = receive_all(&t, &room, events).await;
            for pdu in graph.events() {
                let event = t.rooms.event_by_id(pdu.event_id()).unwrap().unwrap();
                assert!(!matches!(outcomes[pdu.event_id()], Outcome::Rejected(..)), "{:?}", outcomes[pdu.event_id()]);
                assert_eq!(state_of(&t, &room, event.meta.before), plain(&graph.state_before(pdu.prev_events())));
                assert_eq!(state_of(&t, &room, event.meta.after), plain(graph.state_after(pdu.event_id())));
            }
            if last.is_some_and(|last| matches!(outcomes[last.event_id()], Outcome::Accepted(_))) {
                assert_eq!(current(&t, &room), plain(&graph.current_state()));
            }
            check_views(&t, &room);
        });
    }

    #[test]
    fn tables_and_memberships_follow_the_state_through_forks(version in versions(), seed in any::<u64>()) {
        let graph = random_room(&version, seed, 30);
        runtime().block_on(async {
            let t = TestRooms::new();
            let room = adopt(&t, &graph).await;
            receive_all(&t, &room, graph.events()).await;
            check_views(&t, &room);
        });
    }
}

/// The tables, the log and the memberships tell the same as the tree, also to someone who has nothing in memory.
fn check_views(t: &TestRooms, room: &RoomRef) {
    for rooms in [t.rooms.clone(), t.forgetful()] {
        assert_eq!(rooms.contradictions(room.num).unwrap(), Vec::<String>::new());
    }
    let root = t.rooms.state_root_at(room.num, t.store.visible()).unwrap();
    assert_eq!(current(t, room), state_of(t, room, root));
    assert_eq!(t.rooms.joined_users(room.num).unwrap().len() as u64, t.rooms.joined_count(room.num).unwrap());
}

#[tokio::test]
async fn what_the_rules_deny_is_kept_aside() {
    let mut graph = TestRoom::public(&RoomVersionId::V11, "@alice:a");
    graph.join("@bob:b").unwrap();
    let fork = graph.extremities().to_vec();
    let t = TestRooms::new();
    let room = adopt(&t, &graph).await;
    receive_all(&t, &room, graph.events()).await;

    let name = graph.state("@bob:b", "m.room.name", "", json!({ "name": "mine" })).seal();
    let rejected = t.rooms.receive(&room.id, name.clone(), Received::Live).await.unwrap();
    assert!(matches!(rejected, Outcome::Rejected(..)));
    assert!(matches!(
        t.rooms.receive(&room.id, name.clone(), Received::Live).await.unwrap(),
        Outcome::Rejected(..)
    ));

    // Banned here, but on the other side of the fork he knows nothing of it.
    let ban = graph.member("@alice:a", "@bob:b", "ban").send().unwrap();
    receive_all(&t, &room, vec![ban.clone()]).await;
    let meanwhile = graph.message("@bob:b", "hi").after(fork).send().unwrap();
    let soft = t.rooms.receive(&room.id, meanwhile.clone(), Received::Live).await.unwrap();
    assert!(matches!(soft, Outcome::SoftFailed(..)));
    let timeline = t.timeline(&room.id);
    assert!(
        timeline
            .iter()
            .all(|event| event.event_id() != name.event_id() && event.event_id() != meanwhile.event_id())
    );

    // It is no extremity; but others may build on it.
    let bobs = t.rooms.event_by_id(meanwhile.event_id()).unwrap().unwrap();
    assert!(bobs.meta.flags.soft_failed && !bobs.meta.in_timeline());
    let merge = graph
        .message("@alice:a", "both")
        .after([ban.event_id(), meanwhile.event_id()].map(ToOwned::to_owned))
        .send()
        .unwrap();
    assert!(matches!(t.rooms.receive(&room.id, merge, Received::Live).await.unwrap(), Outcome::Accepted(_)));
}

#[tokio::test]
async fn events_wait_for_what_comes_before_them() {
    let mut graph = TestRoom::public(&RoomVersionId::V12, "@alice:a");
    let topic = graph.state("@alice:a", "m.room.topic", "", json!({ "topic": "one" })).valid();
    let hello = graph.message("@alice:a", "hello").valid();
    let t = TestRooms::new();
    let room = adopt(&t, &graph).await;
    let start: Vec<_> = graph.events().into_iter().take(4).collect();
    receive_all(&t, &room, start).await;
    let missing = t.rooms.receive(&room.id, hello.clone(), Received::Live).await.unwrap();
    assert_eq!(missing, Outcome::Missing { prev: vec![topic.event_id().to_owned()], auth: vec![] });
    assert_eq!(t.rooms.event_by_id(hello.event_id()).unwrap().map(|event| event.num), None);

    // Known only for itself, it has no place in the graph yet.
    t.rooms.receive(&room.id, topic.clone(), Received::Outlier).await.unwrap();
    assert!(matches!(
        t.rooms.receive(&room.id, hello.clone(), Received::Live).await.unwrap(),
        Outcome::Missing { .. }
    ));
    assert!(t.state(&room.id, "m.room.topic", "").is_none());
    receive_all(&t, &room, vec![hello, topic]).await;
    assert_eq!(t.content(&room.id, "m.room.topic", "")["topic"], "one");
    assert_eq!(current(&t, &room), plain(&graph.current_state()));
}

#[tokio::test]
async fn a_room_joined_late_gets_its_past_later() {
    let mut graph = TestRoom::public(&RoomVersionId::V12, "@alice:b");
    graph.state("@alice:b", "m.room.topic", "", json!({ "topic": "old" })).valid();
    for n in 0..5 {
        graph.message("@alice:b", &n.to_string()).valid();
    }
    let state = graph.current_state();
    let join = graph.join("@bob:a").unwrap();
    let t = TestRooms::new();
    let room = adopt(&t, &graph).await;
    let mut told = Vec::new();
    for pdu in graph.events().into_iter().filter(|pdu| pdu.state_key().is_some() && *pdu != join) {
        assert!(matches!(
            t.rooms.receive(&room.id, pdu, Received::Outlier).await.unwrap(),
            Outcome::Accepted(_)
        ));
    }
    told.extend(state.values().cloned());
    let how = Received::Anchored { state: told.clone() };
    assert!(matches!(t.rooms.receive(&room.id, join.clone(), how).await.unwrap(), Outcome::Accepted(_)));
    assert_eq!(current(&t, &room), plain(&graph.current_state()));
    assert_eq!(t.timeline(&room.id).len(), 1);
    // A local user goes on from there.
    t.say(&room.id, "@bob:a".try_into().unwrap(), "here I am").await;

    let past: Vec<_> = graph.events().into_iter().filter(|pdu| *pdu != join).collect();
    let (older, newer) = past.split_at(7);
    let before_newer: Vec<_> = plain(&graph.state_before(newer[0].prev_events())).into_values().collect();
    assert_eq!(t.rooms.backfill(&room.id, newer.to_vec(), Some(&before_newer)).await.unwrap(), newer.len());
    assert_eq!(t.rooms.backfill(&room.id, older.to_vec(), None).await.unwrap(), older.len());
    assert_eq!(t.rooms.backfill(&room.id, older.to_vec(), None).await.unwrap(), 0);
    let order: Vec<_> = t.timeline(&room.id).iter().map(|event| event.event_id().to_owned()).collect();
    let mut expected: Vec<_> = graph.events().iter().map(|pdu| pdu.event_id().to_owned()).collect();
    assert_eq!(order[..expected.len()], expected[..]);
    expected.clear();
    assert_eq!(t.rooms.joined_count(room.num).unwrap(), 2);
}
