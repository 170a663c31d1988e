//! What other servers ask of a room: its graph, what authorizes an event, and as much of it as is for their eyes.

use crate::common::{TestRooms, user};
use events::{Pdu, testing::TestRoom};
use rooms::{Outcome, Received, RoomRef, StoredEvent, WalkBack};
use ruma::{OwnedEventId, RoomVersionId, ServerName, server_name};
use serde_json::{Value, json};
use std::sync::Arc;

async fn take_in(t: &TestRooms, graph: &TestRoom) -> RoomRef {
    let room = t.rooms.adopt(graph.room_id(), graph.version()).await.unwrap();
    for outcome in t.rooms.receive_all(&room.id, graph.events()).await.unwrap() {
        assert!(matches!(outcome, Ok(Outcome::Accepted(_))));
    }
    room
}

fn ids(pdus: &[Pdu]) -> Vec<OwnedEventId> {
    pdus.iter().map(|pdu| pdu.event_id().to_owned()).collect()
}

fn walked(t: &TestRooms, room: &RoomRef, walk: &WalkBack<'_>) -> Vec<OwnedEventId> {
    let found: Vec<Arc<StoredEvent>> = t.rooms.walk_back(room, walk).unwrap();
    found.iter().map(|event| event.event_id().to_owned()).collect()
}

#[tokio::test]
async fn a_walk_back_finds_what_lies_between() {
    let mut graph = TestRoom::public(&RoomVersionId::V11, "@alice:b");
    let said: Vec<Pdu> = (0..6).map(|n| graph.message("@alice:b", &n.to_string()).valid()).collect();
    let said = ids(&said);
    let t = TestRooms::new();
    let room = take_in(&t, &graph).await;
    let (from, until) = ([said[5].clone()], [said[1].clone()]);
    let walk = WalkBack { from: &from, with_from: false, until: &until, min_depth: 0, limit: 10 };
    let between = [said[4].clone(), said[3].clone(), said[2].clone()];
    assert_eq!(walked(&t, &room, &walk), between);
    assert_eq!(walked(&t, &room, &WalkBack { limit: 2, ..walk }), between[..2]);
    let with_it = WalkBack { with_from: true, limit: 2, ..walk };
    assert_eq!(walked(&t, &room, &with_it), [said[5].clone(), said[4].clone()]);
    let depth = t.rooms.event_by_id(&said[4]).unwrap().unwrap().meta.depth;
    assert_eq!(walked(&t, &room, &WalkBack { min_depth: depth, ..walk }), between[..1]);
    let everything = WalkBack { until: &[], limit: 100, ..walk };
    assert_eq!(walked(&t, &room, &everything).len(), graph.events().len() - 1);
    let unknown = [OwnedEventId::try_from("$unknown").unwrap()];
    assert!(walked(&t, &room, &WalkBack { from: &unknown, ..walk }).is_empty());
    assert_eq!(t.rooms.forward_extremities(room.num).unwrap(), from);
}

#[tokio::test]
async fn the_auth_chain_is_all_that_authorizes_and_no_more() {
    for version in [RoomVersionId::V11, RoomVersionId::V12] {
        let mut graph = TestRoom::public(&version, "@alice:b");
        let (first, left) =
            (graph.join("@bob:a").unwrap(), graph.member("@bob:a", "@bob:a", "leave").valid());
        graph.state("@alice:b", "m.room.topic", "", json!({"topic": "unrelated"})).valid();
        let again = graph.join("@bob:a").unwrap();
        let t = TestRooms::new();
        let room = take_in(&t, &graph).await;
        let num = t.rooms.event_by_id(again.event_id()).unwrap().unwrap().num;
        let chain = t.rooms.events(&t.rooms.auth_chain(&room, &[num]).unwrap()).unwrap();
        let chain: Vec<_> = chain.iter().map(|event| event.event_id().to_owned()).collect();
        let create = graph.current("m.room.create", "").unwrap();
        let creator = graph.current("m.room.member", "@alice:b").unwrap();
        for needed in [&create, &creator, &first, &left] {
            assert!(chain.contains(needed.owned_event_id()), "{version}: {}", needed.json());
        }
        assert_eq!(chain[0], create.event_id());
        assert!(!chain.contains(again.owned_event_id()));
        assert!(chain.len() <= 6, "create, creator, levels, join rules, and twice bob");
    }
}

#[tokio::test]
async fn outliers_come_after_what_authorizes_them_or_not_at_all() {
    let mut graph = TestRoom::public(&RoomVersionId::V11, "@alice:b");
    graph.join("@bob:a").unwrap();
    let events = graph.events();
    let t = TestRooms::new();
    let room = t.rooms.adopt(graph.room_id(), graph.version()).await.unwrap();
    let without_create = t.rooms.receive_outliers(&room.id, events[1..].to_vec()).await.unwrap();
    assert!(without_create.iter().all(|outcome| matches!(outcome, Outcome::Missing { .. })));
    assert!(t.rooms.event_by_id(events[1].event_id()).unwrap().is_none());
    for _ in 0..2 {
        let all = t.rooms.receive_outliers(&room.id, events.clone()).await.unwrap();
        assert!(all.iter().all(|outcome| matches!(outcome, Outcome::Accepted(_))));
    }
    assert!(t.timeline(&room.id).is_empty());
}

fn sees(t: &TestRooms, room: &RoomRef, server: &ServerName, pdu: &Pdu) -> bool {
    let event = t.rooms.event_by_id(pdu.event_id()).unwrap().unwrap();
    let json: Value =
        serde_json::from_str(&t.rooms.server_sight(room, server).json(&event).unwrap()).unwrap();
    assert_eq!(json["sender"], "@alice:b");
    json["content"]["body"].is_string()
}

#[tokio::test]
async fn servers_see_what_their_people_may_see() {
    for (visibility, before, invited) in [
        ("world_readable", true, true),
        ("shared", true, true),
        ("invited", false, true),
        ("joined", false, false),
    ] {
        let mut graph = TestRoom::public(&RoomVersionId::V11, "@alice:b");
        let content = json!({ "history_visibility": visibility });
        graph.state("@alice:b", "m.room.history_visibility", "", content).valid();
        let alone = graph.message("@alice:b", "alone").valid();
        graph.member("@alice:b", "@carl:c", "invite").valid();
        let waiting = graph.message("@alice:b", "waiting").valid();
        graph.join("@carl:c").unwrap();
        let together = graph.message("@alice:b", "together").valid();
        let t = TestRooms::new();
        let room = take_in(&t, &graph).await;
        let carls = server_name!("c");
        assert_eq!(sees(&t, &room, carls, &alone), before, "{visibility}");
        assert_eq!(sees(&t, &room, carls, &waiting), invited, "{visibility}");
        assert!(sees(&t, &room, carls, &together), "{visibility}");
        assert!(sees(&t, &room, server_name!("b"), &alone), "{visibility}: its own words");
    }
}

#[tokio::test]
async fn what_was_redacted_is_told_without_its_content() {
    let mut graph = TestRoom::public(&RoomVersionId::V11, "@alice:b");
    let said = graph.message("@alice:b", "oops").valid();
    let t = TestRooms::new();
    let room = take_in(&t, &graph).await;
    assert!(sees(&t, &room, server_name!("b"), &said));
    let redaction =
        graph.event("@alice:b", "m.room.redaction", json!({ "redacts": said.event_id() })).valid();
    t.rooms.receive_all(&room.id, vec![redaction]).await.unwrap();
    assert!(!sees(&t, &room, server_name!("b"), &said));
}

#[tokio::test]
async fn the_access_list_of_the_room_decides() {
    let mut graph = TestRoom::public(&RoomVersionId::V11, "@alice:b");
    let t = TestRooms::new();
    let room = take_in(&t, &graph).await;
    assert!(t.rooms.acl_allows(room.num, server_name!("evil.org")).unwrap());
    let acl = json!({ "allow": ["*"], "deny": ["evil.org"] });
    let acl = graph.state("@alice:b", "m.room.server_acl", "", acl).valid();
    t.rooms.receive_all(&room.id, vec![acl]).await.unwrap();
    assert!(!t.rooms.acl_allows(room.num, server_name!("evil.org:8448")).unwrap());
    assert!(t.rooms.acl_allows(room.num, server_name!("good.org")).unwrap());
}

/// What is left of an event for other servers once it fell to a redaction.
fn is_stripped(t: &TestRooms, room: &RoomRef, pdu: &Pdu) -> bool {
    let event = t.rooms.event_by_id(pdu.event_id()).unwrap().unwrap();
    !t.rooms.federated(room, &event, false).unwrap().contains("body")
}

#[tokio::test]
async fn what_comes_after_its_redaction_is_redacted() {
    let mut graph = TestRoom::public(&RoomVersionId::V11, "@alice:b");
    let redact = |graph: &mut TestRoom, who: &str, what: &Pdu| {
        graph.event(who, "m.room.redaction", json!({ "redacts": what.event_id() })).valid()
    };
    let state: Vec<OwnedEventId> = graph.current_state().into_values().collect();
    let founding = graph.events();
    let (old, kept) = (graph.message("@alice:b", "old").valid(), graph.message("@alice:b", "kept").valid());
    let (gone, middle) =
        (graph.message("@alice:b", "gone").valid(), graph.message("@alice:b", "middle").valid());
    redact(&mut graph, "@alice:b", &gone);
    let past = graph.events()[founding.len()..].to_vec();
    graph.join("@bob:a").unwrap();
    graph.join("@carl:c").unwrap();
    redact(&mut graph, "@alice:b", &old);
    redact(&mut graph, "@carl:c", &kept);
    let now = graph.events()[founding.len() + past.len()..].to_vec();

    let t = TestRooms::new();
    let room = t.rooms.adopt(graph.room_id(), graph.version()).await.unwrap();
    t.rooms.receive_outliers(&room.id, founding).await.unwrap();
    let how = Received::Anchored { state: state.clone() };
    assert!(matches!(t.rooms.receive(&room.id, now[0].clone(), how).await.unwrap(), Outcome::Accepted(_)));
    t.rooms.receive_all(&room.id, now[1..].to_vec()).await.unwrap();
    assert_eq!(t.rooms.backfill(&room.id, past.clone(), Some(&state)).await.unwrap(), past.len());
    assert!(is_stripped(&t, &room, &old), "by a redaction that was here");
    assert!(is_stripped(&t, &room, &gone), "by a redaction that came with it");
    assert!(!is_stripped(&t, &room, &kept), "that was not Carl's to redact");
    assert!(!is_stripped(&t, &room, &middle));
}

#[tokio::test]
async fn what_comes_after_its_redaction_is_unread_for_nobody() {
    let mut graph = TestRoom::public(&RoomVersionId::V11, "@alice:b");
    graph.join("@bob:a").unwrap();
    let t = TestRooms::new();
    let room = take_in(&t, &graph).await;
    let before = graph.extremities().to_vec();
    let said = graph.message("@alice:b", "oops").valid();
    let redacts = json!({ "redacts": said.event_id() });
    let redaction = graph.event("@alice:b", "m.room.redaction", redacts).after(before).valid();
    let heard = graph.message("@alice:b", "hello").valid();
    let bob = t.rooms.ids().user(&user("bob")).unwrap();
    for (pdu, unread) in [(redaction, 0), (said, 0), (heard, 1)] {
        let outcomes = t.rooms.receive_all(&room.id, vec![pdu]).await.unwrap();
        assert!(matches!(outcomes[..], [Ok(Outcome::Accepted(_))]));
        assert_eq!(t.rooms.notification_counts(bob, room.num).unwrap().total().notifications, unread);
    }
}

#[tokio::test]
async fn a_room_has_no_more_ends_than_it_can_go_on_from() {
    for forked in ["message", "state"] {
        let mut graph = TestRoom::public(&RoomVersionId::V11, "@alice:b");
        graph.join("@bob:a").unwrap();
        let t = TestRooms::new();
        let room = take_in(&t, &graph).await;
        let start = graph.extremities().to_vec();
        let (mut taken, mut last) = (0, None);
        for n in 0..210 {
            let fork = match forked {
                "message" => graph.message("@alice:b", &n.to_string()),
                _ => graph.state("@alice:b", "org.example.fork", &n.to_string(), json!({})),
            };
            let fork = fork.after(start.clone()).seal();
            match t.rooms.receive(&room.id, fork, Received::Live).await.unwrap() {
                Outcome::Accepted(_) => taken += 1,
                outcome => last = Some(outcome),
            }
        }
        assert!(matches!(last, Some(Outcome::SoftFailed(..))), "{forked}: {last:?}");
        assert!((50..=200).contains(&taken), "{forked}: {taken}");
        // Whoever goes on from there brings the ends together.
        t.say(&room.id, &user("bob"), "all together now").await;
        let fork = graph.message("@alice:b", "one more").after(start).seal();
        let outcome = t.rooms.receive(&room.id, fork, Received::Live).await.unwrap();
        assert!(matches!(outcome, Outcome::Accepted(_)), "{forked}: {outcome:?}");
        assert_eq!(t.rooms.contradictions(room.num).unwrap(), Vec::<String>::new());
    }
}
