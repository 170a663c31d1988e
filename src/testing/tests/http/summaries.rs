//! What a room is, for people who think of joining it, also when it is on another server.

use ruma::RoomVersionId;
use serde_json::{Value, json};
use testing::{Answer, Peer, Reply, TestServer, TestUser, segment};

async fn summary(user: &TestUser, room: &str, via: &[&str]) -> Answer {
    let via: String = via.iter().map(|server| format!("&via={}", segment(server))).collect();
    user.get(&format!("/v1/room_summary/{}?{via}", segment(room))).await
}

/// A server on which nobody listens.
const NOBODY: &str = "127.0.0.1:1";

#[tokio::test]
async fn a_room_elsewhere_is_asked_for_where_it_is() {
    let (one, two) = TestServer::pair().await;
    let (alice, bob) = (one.user("alice").await, two.user("bob").await);
    let options =
        json!({"preset": "public_chat", "name": "Bees", "topic": "Honey", "room_alias_name": "bees"});
    let room = alice.room_with(options).await;
    let alias = format!("#bees:{}", one.name());
    for (name, via) in [(&room, vec![one.name()]), (&room, vec![NOBODY, one.name()]), (&alias, vec![])] {
        let told = summary(&bob, name, &via).await.ok();
        assert_eq!(
            (&told["room_id"], &told["name"], &told["topic"]),
            (&json!(room), &json!("Bees"), &json!("Honey"))
        );
        // That anybody may join goes without saying.
        assert_eq!((&told["join_rule"], &told["num_joined_members"]), (&Value::Null, &json!(1)));
        assert_eq!((&told["membership"], &told["canonical_alias"]), (&Value::Null, &json!(alias)));
    }
    summary(&bob, &room, &[]).await.refused(404, "M_NOT_FOUND");
    // Servers are asked for people of this one, not for everybody who comes along.
    summary(&two.stranger(), &room, &[one.name()]).await.refused(404, "M_NOT_FOUND");
    let path = format!("/v3/join/{}?via={}", segment(&room), segment(one.name()));
    bob.post(&path, json!({})).await.ok();
    let told = summary(&bob, &room, &[]).await.ok();
    assert_eq!((&told["membership"], &told["num_joined_members"]), (&json!("join"), &json!(2)));
}

#[tokio::test]
async fn a_private_room_elsewhere_is_for_those_who_are_invited() {
    let (one, two) = TestServer::pair().await;
    let (alice, bob, carol) = (one.user("alice").await, two.user("bob").await, two.user("carol").await);
    let room = alice.room_with(json!({"preset": "private_chat", "name": "Bees"})).await;
    summary(&bob, &room, &[one.name()]).await.refused(404, "M_NOT_FOUND");
    alice.invite(&room, &bob).await;
    let told = summary(&bob, &room, &[one.name()]).await.ok();
    assert_eq!((&told["name"], &told["membership"]), (&json!("Bees"), &json!("invite")));
    assert_eq!((&told["join_rule"], &told["num_joined_members"]), (&json!("invite"), &json!(1)));
    // Who invited is asked without being named.
    assert_eq!(summary(&bob, &room, &[]).await.ok()["name"], "Bees");
    summary(&carol, &room, &[one.name()]).await.refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn a_server_tells_of_the_room_that_it_was_asked_for() {
    let peer = Peer::start(RoomVersionId::V11).await;
    let server = peer.server().await;
    let bob = server.user("bob").await;
    let room = peer.room_id();
    let answer = |room: &str, rule: &str| {
        json!({"children": [], "inaccessible_children": [], "room": {
            "room_id": room, "name": "Bees", "join_rule": rule, "num_joined_members": 3, "guest_can_join": false,
            "world_readable": false, "children_state": [],
        }})
    };
    let lies =
        [answer("!other:elsewhere.org", "public"), answer(&room, "invite"), json!({}), json!({"room": 5})];
    for lie in lies {
        peer.script(move |asked| (asked.what == "hierarchy").then(|| Reply::Json(200, lie.clone())));
        summary(&bob, &room, &[peer.name()]).await.refused(404, "M_NOT_FOUND");
    }
    assert_eq!(peer.asked("hierarchy").len(), 4);
    let truth = answer(&room, "public");
    peer.script(move |asked| (asked.what == "hierarchy").then(|| Reply::Json(200, truth.clone())));
    assert_eq!(summary(&bob, &room, &[peer.name()]).await.ok()["num_joined_members"], 3);
}
