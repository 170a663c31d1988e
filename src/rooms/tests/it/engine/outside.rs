//! Invites to rooms that the server is not in, and what becomes of them.

use crate::common::{TestRooms, user};
use events::testing::TestRoom;
use rooms::{JoinedElsewhere, MemberChange, Membership, Outside};
use ruma::RoomVersionId;
use serde_json::{Value, json, value::to_raw_value};

fn outside(graph: &TestRoom, event: &events::Pdu, shown: &[Value]) -> Outside {
    Outside {
        room: graph.room_id().to_owned(),
        version: graph.version().clone(),
        event: event.clone(),
        shown: shown.iter().map(|event| to_raw_value(event).unwrap()).collect(),
        told_by: None,
    }
}

fn shown(t: &TestRooms, event: &events::Pdu) -> Vec<Value> {
    let event = t.rooms.event_by_id(event.event_id()).unwrap().unwrap();
    let mut out = Vec::new();
    t.rooms.write_stripped_state(&mut out, &event).unwrap();
    serde_json::from_slice(&out).unwrap()
}

#[tokio::test]
async fn an_invite_from_elsewhere_is_kept_and_taken() {
    for version in [RoomVersionId::V10, RoomVersionId::V12] {
        let mut graph = TestRoom::with_join_rule(&version, "@alice:b", "invite");
        let invite = graph.member("@alice:b", "@bob:a", "invite").valid();
        let (t, bob) = (TestRooms::new(), user("bob"));
        let name = json!({ "type": "m.room.name", "state_key": "", "sender": "@alice:b", "content": { "name": "club" },
            "event_id": "$full" });
        let nonsense = json!({ "type": "m.room.message", "sender": "@alice:b", "content": {} });
        let sent = t.rooms.keep_outside(outside(&graph, &invite, &[name, nonsense])).await.unwrap().unwrap();
        let num = t.info(graph.room_id()).num;
        let bob_num = t.rooms.ids().user(&bob).unwrap();
        let info = *t.rooms.rooms_of(bob_num).unwrap().get(num).unwrap();
        assert_eq!((info.state, info.event, info.position), (Membership::Invite, sent.event, sent.position));
        assert!(!t.rooms.is_resident(num).unwrap() && !t.rooms.is_present(num).unwrap());
        assert!(t.rooms.is_outside(num, &bob).unwrap());
        let state = shown(&t, &invite);
        assert_eq!(state.len(), 2);
        assert_eq!(
            state[0],
            json!({ "type": "m.room.name", "state_key": "", "sender": "@alice:b", "content": { "name": "club" } })
        );
        assert_eq!(state[1]["content"]["membership"], "invite");
        assert!(t.timeline(graph.room_id()).is_empty());

        let join = graph.join("@bob:a").unwrap();
        let events = graph.events();
        let state = graph.state_before(join.prev_events()).values().filter_map(|id| graph.get(id)).collect();
        let told = JoinedElsewhere {
            room: graph.room_id().to_owned(),
            version: version.clone(),
            auth_chain: events.into_iter().filter(|pdu| *pdu != join).collect(),
            state,
            join,
        };
        t.rooms.accept_join(told).await.unwrap();
        assert!(t.rooms.is_joined(num, bob_num).unwrap());
        assert!(!t.rooms.is_outside(num, &bob).unwrap());
        assert_eq!(t.rooms.contradictions(num).unwrap(), Vec::<String>::new());
        // Now invites come as events of the room.
        let other = graph.member("@alice:b", "@dora:a", "invite").valid();
        assert_eq!(t.rooms.keep_outside(outside(&graph, &other, &[])).await.unwrap(), None);
    }
}

#[tokio::test]
async fn an_invite_can_be_declined_and_taken_back() {
    let mut graph = TestRoom::with_join_rule(&RoomVersionId::V11, "@alice:b", "invite");
    let (t, bob) = (TestRooms::new(), user("bob"));
    let bob_num = t.rooms.ids().user(&bob).unwrap();
    let invite = graph.member("@alice:b", "@bob:a", "invite").valid();
    t.rooms.keep_outside(outside(&graph, &invite, &[])).await.unwrap();
    let num = t.info(graph.room_id()).num;
    let membership = || t.rooms.membership(num, bob_num).unwrap().unwrap().state;

    // The other server is gone: out for us.
    let change = MemberChange::because(Some("no".to_owned()));
    t.rooms.leave_outside(graph.room_id(), &bob, &change).await.unwrap();
    let left = *t.rooms.rooms_of(bob_num).unwrap().get(num).unwrap();
    t.rooms.leave_outside(graph.room_id(), &bob, &change).await.unwrap();
    assert_eq!(t.rooms.rooms_of(bob_num).unwrap().get(num), Some(&left), "once");
    assert_eq!(membership(), Membership::Leave);
    let event = t.rooms.event(left.event).unwrap().unwrap();
    assert_eq!(event.pdu.sender(), bob);
    assert_eq!(event.pdu.content_json(), r#"{"membership":"leave","reason":"no"}"#);
    assert_eq!(event.pdu.prev_events(), [invite.event_id()]);
    t.rooms.forget(graph.room_id(), &bob).await.unwrap();
    assert!(t.rooms.rooms_of(bob_num).unwrap().is_empty());

    // Declined as the other server says.
    let again = graph.member("@alice:b", "@bob:a", "invite").after([invite.event_id().to_owned()]).seal();
    t.rooms.keep_outside(outside(&graph, &again, &[])).await.unwrap();
    assert!(!t.rooms.is_forgotten(num, bob_num).unwrap());
    assert_eq!(membership(), Membership::Invite);
    let declined = graph.member("@bob:a", "@bob:a", "leave").seal();
    t.rooms.keep_outside(outside(&graph, &declined, &[])).await.unwrap();
    assert_eq!(membership(), Membership::Leave);

    // Taken back, by someone who names the invite.
    let third = graph.member("@alice:b", "@bob:a", "invite").valid();
    t.rooms.keep_outside(outside(&graph, &third, &[])).await.unwrap();
    let create = graph.current("m.room.create", "").unwrap().event_id().to_owned();
    let forged = graph.member("@mallory:m", "@bob:a", "leave").authorized_by([create]).seal();
    assert!(!t.rooms.rescind(forged).await.unwrap());
    let others = graph.member("@mallory:m", "@bob:a", "leave").seal();
    assert!(others.auth_events().iter().any(|id| id == third.event_id()));
    assert!(!t.rooms.rescind(others).await.unwrap());
    assert_eq!(membership(), Membership::Invite);
    let kick = graph.member("@alice:b", "@bob:a", "leave").valid();
    assert!(t.rooms.rescind(kick.clone()).await.unwrap());
    assert!(!t.rooms.rescind(kick).await.unwrap());
    assert_eq!(membership(), Membership::Leave);

    t.rooms.purge(graph.room_id()).await.unwrap();
    assert!(t.rooms.rooms_of(bob_num).unwrap().is_empty());
    assert!(t.rooms.event_by_id(invite.event_id()).unwrap().is_none());
}
