//! Rooms of several servers: who joins through another server, and who is let in from there.

use std::collections::BTreeSet;

use crate::common::{TestRooms, profile, user};
use events::{
    EventDraft, Pdu, seal,
    testing::{TestRoom, signing_key},
};
use rooms::{Code, JoinedElsewhere, MemberChange, Membership, Outcome, Received, RoomError, Template};
use ruma::{OwnedEventId, RoomVersionId, UserId, room_version_rules::RoomVersionRules};
use serde_json::json;

const VERSIONS: [RoomVersionId; 4] =
    [RoomVersionId::V6, RoomVersionId::V10, RoomVersionId::V11, RoomVersionId::V12];

/// What a server in the room tells whoever joins, just before the last event.
fn told(graph: &TestRoom, join: &Pdu) -> JoinedElsewhere {
    let state: Vec<Pdu> =
        graph.state_before(join.prev_events()).values().filter_map(|id| graph.get(id)).collect();
    let auth_chain = graph.events().into_iter().filter(|pdu| pdu != join && pdu.state_key().is_some());
    JoinedElsewhere {
        room: graph.room_id().to_owned(),
        version: graph.version().clone(),
        auth_chain: auth_chain.rev_sorted(),
        state,
        join: join.clone(),
    }
}

trait RevSorted {
    fn rev_sorted(self) -> Vec<Pdu>;
}

impl<I: Iterator<Item = Pdu>> RevSorted for I {
    /// From new to old, the least helpful order.
    fn rev_sorted(self) -> Vec<Pdu> {
        let mut all: Vec<Pdu> = self.collect();
        all.reverse();
        all
    }
}

fn state_ids(t: &TestRooms, room: &ruma::RoomId) -> BTreeSet<OwnedEventId> {
    let state = t.rooms.full_state(t.info(room).num).unwrap();
    state.iter().map(|event| event.event_id().to_owned()).collect()
}

fn graph_ids(graph: &TestRoom) -> BTreeSet<OwnedEventId> {
    graph.current_state().into_values().collect()
}

fn servers(t: &TestRooms, room: &ruma::RoomId) -> Vec<String> {
    t.rooms.servers_in(t.info(room).num).unwrap().into_iter().map(String::from).collect()
}

#[tokio::test]
async fn a_join_brings_the_room_with_it() {
    for version in VERSIONS {
        let mut graph = TestRoom::public(&version, "@alice:b");
        graph.join("@carol:c").unwrap();
        graph.state("@alice:b", "m.room.topic", "", json!({ "topic": "here" })).valid();
        graph.message("@alice:b", "hello").valid();
        let join = graph.join("@bob:a").unwrap();
        let t = TestRooms::new();
        let outcome = t.rooms.accept_join(told(&graph, &join)).await.unwrap();
        assert!(matches!(outcome, Outcome::Accepted(_)), "{version}: {outcome:?}");
        let again = t.rooms.accept_join(told(&graph, &join)).await.unwrap();
        assert_eq!(again, outcome);

        let room = graph.room_id();
        let num = t.info(room).num;
        assert_eq!(state_ids(&t, room), graph_ids(&graph), "{version}");
        assert_eq!(servers(&t, room), ["a", "b", "c"]);
        assert!(t.rooms.is_resident(num).unwrap() && t.rooms.is_present(num).unwrap());
        assert_eq!(t.rooms.contradictions(num).unwrap(), Vec::<String>::new());
        let timeline = t.timeline(room);
        assert_eq!(timeline.iter().map(|event| event.event_id()).collect::<Vec<_>>(), [join.event_id()]);
        // Whoever reads up to the join finds the state before it.
        let before = storage::Position(timeline[0].meta.position().unwrap().0 - 1);
        assert_eq!(t.rooms.state_root_at(num, before).unwrap(), timeline[0].meta.before);
        assert!(!timeline[0].meta.before.is_empty());

        let said = t.say(room, &user("bob"), "here I am").await;
        assert_eq!(t.rooms.event(said.event).unwrap().unwrap().pdu.prev_events(), [join.event_id()]);
    }
}

#[tokio::test]
async fn a_join_that_is_not_allowed_leaves_nothing() {
    let mut graph = TestRoom::with_join_rule(&RoomVersionId::V12, "@alice:b", "invite");
    let join = graph.member("@bob:a", "@bob:a", "join").seal();
    let t = TestRooms::new();
    let refused = t.rooms.accept_join(told(&graph, &join)).await;
    assert!(matches!(refused, Err(RoomError::Forbidden(_))), "{refused:?}");
    assert!(t.rooms.room(graph.room_id()).unwrap().is_none());

    // A state without its beginning is none.
    let mut open = TestRoom::public(&RoomVersionId::V10, "@alice:b");
    let join = open.join("@bob:a").unwrap();
    let mut lacking = told(&open, &join);
    lacking.state.retain(|pdu| pdu.kind().to_string() != "m.room.create");
    let refused = t.rooms.accept_join(lacking).await;
    assert!(matches!(refused, Err(RoomError::BadRequest(Code::InvalidRoomState, _))), "{refused:?}");
    let mut other = told(&open, &join);
    other.version = RoomVersionId::V9;
    let refused = t.rooms.accept_join(other).await;
    assert!(matches!(refused, Err(RoomError::BadRequest(Code::InvalidRoomState, _))), "{refused:?}");
    assert!(t.rooms.room(open.room_id()).unwrap().is_none());
    assert!(matches!(t.rooms.accept_join(told(&open, &join)).await, Ok(Outcome::Accepted(_))));
}

#[tokio::test]
async fn who_comes_back_finds_the_room_as_it_is_now() {
    let mut graph = TestRoom::public(&RoomVersionId::V11, "@alice:b");
    graph.join("@carol:c").unwrap();
    let join = graph.join("@bob:a").unwrap();
    let t = TestRooms::new();
    t.rooms.accept_join(told(&graph, &join)).await.unwrap();
    let room = graph.room_id().to_owned();
    let num = t.info(&room).num;
    let left = t.rooms.leave(&room, &user("bob"), MemberChange::default()).await.unwrap();
    assert!(!t.rooms.is_resident(num).unwrap());
    assert!(!t.rooms.is_present(num).unwrap(), "others are in it");

    // Meanwhile, where nobody here hears of it.
    graph.insert(t.rooms.event(left.event).unwrap().unwrap().pdu.clone());
    graph.member("@carol:c", "@carol:c", "leave").valid();
    graph.state("@alice:b", "m.room.topic", "", json!({ "topic": "new" })).valid();
    graph.join("@dora:d").unwrap();
    let back = graph.join("@bob:a").unwrap();
    t.rooms.accept_join(told(&graph, &back)).await.unwrap();
    assert_eq!(state_ids(&t, &room), graph_ids(&graph));
    assert_eq!(servers(&t, &room), ["a", "b", "d"]);
    assert_eq!(t.membership(&room, "@carol:c".try_into().unwrap()), "leave");
    assert_eq!(t.rooms.contradictions(num).unwrap(), Vec::<String>::new());
    let said = t.say(&room, &user("bob"), "back again").await;
    let said = t.rooms.event(said.event).unwrap().unwrap();
    assert_eq!(said.pdu.prev_events(), [back.event_id()], "what was known before is followed by nothing");
    let orders: Vec<i64> = t.timeline(&room).iter().map(|event| event.meta.order).collect();
    let [.., left, back, said] = orders[..] else { panic!("{orders:?}") };
    let last_break = |from, to| t.rooms.last_break(num, from, to).unwrap();
    assert_eq!(last_break(left, said), Some(back - 1));
    assert_eq!((last_break(back, said), last_break(left, left)), (None, None));
}

/// What the server of `user` makes of a template.
fn completed(template: &Template, rules: &RoomVersionRules, user: &UserId) -> Pdu {
    let mut draft = EventDraft::from_template(template.event.get(), rules).unwrap();
    assert_eq!(draft.sender, user);
    draft.content = draft.content.replace('{', r#"{"displayname":"B","#).into();
    seal(&draft, rules, &signing_key(user.server_name())).unwrap()
}

#[tokio::test]
async fn others_join_and_leave_with_templates() {
    for version in events::RoomVersion::SUPPORTED {
        let t = TestRooms::new();
        let (alice, bob) = (user("alice"), UserId::parse("@bob:b").unwrap());
        let room = t.room_of(&alice, version).await;
        let info = t.info(&room);
        let template = t.rooms.membership_template(&room, &bob, Membership::Join).await.unwrap();
        assert_eq!(template.version, *version);
        let join = completed(&template, &info.rules, &bob);
        let outcome = t.rooms.receive(&room, join.clone(), Received::Live).await.unwrap();
        assert!(matches!(outcome, Outcome::Accepted(_)), "{version}: {outcome:?}");
        assert_eq!(t.content(&room, "m.room.member", "@bob:b")["displayname"], "B");
        assert_eq!(servers(&t, &room), ["a", "b"]);

        let chain = t.rooms.auth_chain(&info, &[t.rooms.ids().find_event(join.event_id()).unwrap().unwrap()]);
        let chain = t.rooms.events(&chain.unwrap()).unwrap();
        assert_eq!(chain[0].pdu.kind().to_string(), "m.room.create");
        assert!(chain.iter().any(|event| event.pdu.kind().to_string() == "m.room.join_rules"));
        assert!(chain.iter().all(|event| event.event_id() != join.event_id()));

        let template = t.rooms.membership_template(&room, &bob, Membership::Leave).await.unwrap();
        let leave = completed(&template, &info.rules, &bob);
        t.rooms.receive(&room, leave, Received::Live).await.unwrap();
        assert_eq!(servers(&t, &room), ["a"]);
        let gone = t.rooms.membership_template(&room, &bob, Membership::Leave).await;
        assert!(matches!(gone, Err(RoomError::Forbidden(_))), "{gone:?}");
    }
}

#[tokio::test]
async fn templates_are_for_whom_the_room_lets_in() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), UserId::parse("@bob:b").unwrap());
    let club = t.room(&alice).await;
    let room = t.room(&alice).await;
    let rules = |rule: &str, of: &ruma::RoomId| json!({ "join_rule": rule, "allow": [{ "type": "m.room_membership", "room_id": of }] });
    t.set(&room, &alice, "m.room.join_rules", "", rules("restricted", &club)).await;
    let refused = t.rooms.membership_template(&room, &bob, Membership::Join).await;
    assert!(matches!(refused, Err(RoomError::Forbidden(_))), "{refused:?}");
    let knock = t.rooms.membership_template(&room, &bob, Membership::Knock).await;
    assert!(matches!(knock, Err(RoomError::Forbidden(_))), "{knock:?}");

    let template = t.rooms.membership_template(&club, &bob, Membership::Join).await.unwrap();
    let join = completed(&template, &t.info(&club).rules, &bob);
    t.rooms.receive(&club, join, Received::Live).await.unwrap();
    let template = t.rooms.membership_template(&room, &bob, Membership::Join).await.unwrap();
    let content: serde_json::Value = serde_json::from_str(template.event.get()).unwrap();
    assert_eq!(content["content"]["join_authorised_via_users_server"], "@alice:a");

    t.set(&room, &alice, "m.room.join_rules", "", rules("restricted", "!elsewhere:c".try_into().unwrap()))
        .await;
    let other = t.rooms.membership_template(&room, &bob, Membership::Join).await;
    assert!(matches!(other, Err(RoomError::Elsewhere(Code::UnableToAuthoriseJoin, _))), "{other:?}");
}

#[tokio::test]
async fn an_invite_is_in_the_room_once_it_is_received() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), UserId::parse("@bob:b").unwrap());
    let room = t.room(&alice).await;
    let invite = t.rooms.invite_to_sign(&room, &alice, &bob, &profile(&bob)).await.unwrap();
    assert_eq!(t.membership(&room, &bob), serde_json::Value::Null);
    let signed = signing_key(bob.server_name()).add_signature(&invite, &t.info(&room).rules).unwrap();
    assert_eq!(signed.event_id(), invite.event_id());
    // The room went on meanwhile.
    t.say(&room, &alice, "he will come").await;
    let outcome = t.rooms.receive(&room, signed, Received::Live).await.unwrap();
    assert!(matches!(outcome, Outcome::Accepted(_)), "{outcome:?}");
    assert_eq!(t.membership(&room, &bob), "invite");
}
