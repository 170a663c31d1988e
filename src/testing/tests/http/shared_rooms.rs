//! Rooms of several servers: joining, inviting, knocking and leaving across them.

use serde_json::{Value, json};
use testing::{TestServer, TestUser, segment};

/// The room versions in use.
const VERSIONS: [&str; 3] = ["10", "11", "12"];

async fn membership(viewer: &TestUser, room: &str, user: &str) -> Value {
    let path = format!("/v3/rooms/{}/state/m.room.member/{}", segment(room), segment(user));
    viewer.get(&path).await.body["membership"].clone()
}

/// The names of all state events of a room, as somebody in it sees them.
async fn state_ids(viewer: &TestUser, room: &str) -> Vec<String> {
    let state = viewer.get(&format!("/v3/rooms/{}/state", segment(room))).await.ok();
    let ids = state.as_array().expect("a list").iter().map(|event| event["event_id"].to_string());
    let mut ids: Vec<_> = ids.collect();
    ids.sort();
    ids
}

async fn join_via(user: &TestUser, room: &str, server: &TestServer) -> testing::Answer {
    user.post(&format!("/v3/join/{}?via={}", segment(room), segment(server.name())), json!({})).await
}

#[tokio::test]
async fn a_room_is_joined_by_an_alias_of_another_server() {
    let (a, b) = TestServer::pair().await;
    let (alice, bob) = (a.user("alice").await, b.user("bob").await);
    bob.put(&format!("/v3/profile/{}/displayname", segment(&bob.id)), json!({"displayname": "Bob"}))
        .await
        .ok();
    for version in VERSIONS {
        let options = json!({"preset": "public_chat", "room_version": version, "name": "Hall",
            "room_alias_name": format!("hall{version}")});
        let room = alice.room_with(options).await;
        let alias = format!("#hall{version}:{}", a.name());
        let since = bob.now().await;
        let found = bob.get(&format!("/v3/directory/room/{}", segment(&alias))).await.ok();
        assert_eq!(found, json!({"room_id": room, "servers": [a.name()]}));
        let joined = bob.post(&format!("/v3/join/{}", segment(&alias)), json!({})).await.ok();
        assert_eq!(joined["room_id"], room.as_str());
        assert_eq!(membership(&alice, &room, &bob.id).await, "join", "{version}");
        assert_eq!(state_ids(&alice, &room).await, state_ids(&bob, &room).await, "{version}");

        // The room is in the next sync, with its state before the join.
        let news = bob.sync(Some(&since)).await;
        let news = &news["rooms"]["join"][&room];
        let state = news["state"]["events"].as_array().expect("a state");
        assert!(state.iter().any(|event| event["content"]["name"] == "Hall"), "{news}");
        let timeline = news["timeline"]["events"].as_array().expect("a timeline");
        assert_eq!(timeline.len(), 1, "{news}");
        assert_eq!(timeline[0]["content"], json!({"membership": "join", "displayname": "Bob"}));
        assert_eq!(news["summary"]["m.joined_member_count"], 2);
        bob.say(&room, "hello").await;
        bob.join(&room).await;
    }
}

#[tokio::test]
async fn who_may_not_join_is_told_why() {
    let (a, b) = TestServer::pair().await;
    let (alice, bob) = (a.user("alice").await, b.user("bob").await);
    for version in VERSIONS {
        let room = alice.room_with(json!({"preset": "private_chat", "room_version": version})).await;
        join_via(&bob, &room, &a).await.refused(403, "M_FORBIDDEN");
        // Nothing is left of it.
        bob.get(&format!("/v3/rooms/{}/state", segment(&room))).await.refused(403, "M_FORBIDDEN");
    }
    let nowhere = format!("!nowhere:{}", a.name());
    bob.post(&format!("/v3/join/{}", segment(&nowhere)), json!({})).await.refused(404, "M_NOT_FOUND");
    let named = "!abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ";
    bob.post(&format!("/v3/join/{}", segment(named)), json!({})).await.refused(404, "M_NOT_FOUND");
    let alias = format!("#nothing:{}", a.name());
    bob.post(&format!("/v3/join/{}", segment(&alias)), json!({})).await.refused(404, "M_NOT_FOUND");
    // A server that is not there.
    let gone = "!room:127.0.0.1:9";
    let answer = bob.post(&format!("/v3/join/{}", segment(gone)), json!({})).await;
    assert_eq!(answer.status, 502, "{}", answer.body);
    // Of several servers one is enough.
    let room = alice.room().await;
    let path = format!("/v3/join/{}?via=127.0.0.1:9&via={}", segment(&room), segment(a.name()));
    bob.post(&path, json!({})).await.ok();
}

#[tokio::test]
async fn an_invite_to_another_server_is_taken() {
    let (a, b) = TestServer::pair().await;
    let (alice, bob) = (a.user("alice").await, b.user("bob").await);
    for version in VERSIONS {
        let room =
            alice.room_with(json!({"preset": "private_chat", "room_version": version, "name": "Club"})).await;
        let since = bob.now().await;
        alice.invite(&room, &bob).await;
        assert_eq!(membership(&alice, &room, &bob.id).await, "invite");
        let news = bob.sync(Some(&since)).await;
        let invited = news["rooms"]["invite"][&room]["invite_state"]["events"].as_array().expect("an invite");
        assert!(invited.iter().any(|event| event["content"]["name"] == "Club"), "{news}");
        let own = invited.last().expect("the invite itself");
        assert_eq!((&own["state_key"], &own["content"]["membership"]), (&json!(bob.id), &json!("invite")));
        // It is there for new devices too, and only outside.
        assert!(bob.sync(None).await["rooms"]["invite"].get(&room).is_some());
        bob.get(&format!("/v3/rooms/{}/state", segment(&room))).await.refused(403, "M_FORBIDDEN");

        bob.join(&room).await;
        assert_eq!(membership(&alice, &room, &bob.id).await, "join", "{version}");
        assert_eq!(state_ids(&alice, &room).await, state_ids(&bob, &room).await, "{version}");
        let all = bob.sync(None).await;
        assert!(all["rooms"]["join"].get(&room).is_some() && all["rooms"]["invite"].get(&room).is_none());
    }
}

#[tokio::test]
async fn an_invite_to_another_server_is_declined() {
    let (a, b) = TestServer::pair().await;
    let (alice, bob) = (a.user("alice").await, b.user("bob").await);
    for version in VERSIONS {
        let room = alice.room_with(json!({"preset": "private_chat", "room_version": version})).await;
        alice.invite(&room, &bob).await;
        let since = bob.now().await;
        bob.post(&format!("/v3/rooms/{}/leave", segment(&room)), json!({"reason": "busy"})).await.ok();
        assert_eq!(membership(&alice, &room, &bob.id).await, "leave", "{version}");
        let news = bob.sync(Some(&since)).await;
        let events = &news["rooms"]["leave"][&room]["timeline"]["events"];
        assert_eq!(events[0]["content"], json!({"membership": "leave", "reason": "busy"}), "{news}");
        bob.leave(&room).await;
        // Asked again, they may come.
        alice.invite(&room, &bob).await;
        bob.join(&room).await;
        assert_eq!(membership(&alice, &room, &bob.id).await, "join", "{version}");
    }
}

#[tokio::test]
async fn an_invite_can_be_declined_when_its_server_is_gone() {
    let (a, b) = TestServer::pair().await;
    let (alice, bob) = (a.user("alice").await, b.user("bob").await);
    let room = alice.room_with(json!({"preset": "private_chat"})).await;
    alice.invite(&room, &bob).await;
    a.stop().await;
    let b = b.restart().await;
    let bob = bob.at(&b);
    assert!(bob.sync(None).await["rooms"]["invite"].get(&room).is_some(), "it survives a restart");
    let since = bob.now().await;
    bob.post(&format!("/v3/rooms/{}/leave", segment(&room)), json!({"reason": "late"})).await.ok();
    let news = bob.sync(Some(&since)).await;
    let events = &news["rooms"]["leave"][&room]["timeline"]["events"];
    assert_eq!(events[0]["content"], json!({"membership": "leave", "reason": "late"}), "{news}");
    assert!(bob.sync(None).await["rooms"].get("invite").is_none());
    bob.post(&format!("/v3/rooms/{}/forget", segment(&room)), json!({})).await.ok();
}

#[tokio::test]
async fn a_direct_chat_begins_with_people_of_both_servers() {
    let (a, b) = TestServer::pair().await;
    let (alice, bob) = (a.user("alice").await, b.user("bob").await);
    for version in VERSIONS {
        let options = json!({"preset": "trusted_private_chat", "room_version": version, "is_direct": true,
            "invite": [bob.id]});
        let room = alice.room_with(options).await;
        let invited = bob.sync(None).await;
        let events =
            invited["rooms"]["invite"][&room]["invite_state"]["events"].as_array().expect("an invite");
        assert_eq!(events.last().expect("the invite")["content"]["is_direct"], true);
        bob.join(&room).await;
        // Whoever is trusted has the power of the creator.
        bob.state(&room, "m.room.name", "", json!({"name": "ours"})).await;
    }
    let nobody = format!("@nobody:{}", b.name());
    let refused = alice.post("/v3/createRoom", json!({"invite": [nobody]})).await;
    refused.refused(403, "M_FORBIDDEN");
}

#[tokio::test]
async fn people_knock_on_doors_of_other_servers() {
    let (a, b) = TestServer::pair().await;
    let (alice, bob) = (a.user("alice").await, b.user("bob").await);
    for version in VERSIONS {
        let knock =
            json!([{"type": "m.room.join_rules", "state_key": "", "content": {"join_rule": "knock"}}]);
        let options = json!({"preset": "private_chat", "room_version": version, "name": "Door",
            "initial_state": knock});
        let room = alice.room_with(options).await;
        let path = format!("/v3/knock/{}?via={}", segment(&room), segment(a.name()));
        bob.post(&path, json!({"reason": "please"})).await.ok();
        assert_eq!(membership(&alice, &room, &bob.id).await, "knock", "{version}");
        let all = bob.sync(None).await;
        let shown = all["rooms"]["knock"][&room]["knock_state"]["events"].as_array().expect("a knock");
        assert!(shown.iter().any(|event| event["content"]["name"] == "Door"), "{all}");
        join_via(&bob, &room, &a).await.refused(403, "M_FORBIDDEN");

        // Taken back, and done again; then let in.
        bob.leave(&room).await;
        assert_eq!(membership(&alice, &room, &bob.id).await, "leave", "{version}");
        bob.post(&path, json!({})).await.ok();
        alice.invite(&room, &bob).await;
        assert!(bob.sync(None).await["rooms"]["invite"].get(&room).is_some());
        bob.join(&room).await;
        assert_eq!(membership(&alice, &room, &bob.id).await, "join", "{version}");
    }
    let closed = alice.room_with(json!({"preset": "private_chat"})).await;
    let path = format!("/v3/knock/{}?via={}", segment(&closed), segment(a.name()));
    bob.post(&path, json!({})).await.refused(403, "M_FORBIDDEN");
}

#[tokio::test]
async fn members_of_one_room_join_another_across_servers() {
    let (a, b) = TestServer::pair().await;
    let (alice, bob, carol) = (a.user("alice").await, b.user("bob").await, b.user("carol").await);
    for version in VERSIONS {
        let (club, other) = (alice.room().await, alice.room().await);
        let allow = json!([{"type": "m.room_membership", "room_id": club},
            {"type": "m.room_membership", "room_id": other}]);
        let rules = json!([{"type": "m.room.join_rules", "state_key": "",
            "content": {"join_rule": "restricted", "allow": allow}}]);
        let options = json!({"preset": "private_chat", "room_version": version, "initial_state": rules,
            "power_level_content_override": {"invite": 50}});
        let room = alice.room_with(options).await;
        join_via(&bob, &room, &a).await.refused(403, "M_FORBIDDEN");
        join_via(&bob, &club, &a).await.ok();
        join_via(&bob, &room, &a).await.ok();
        let path = format!("/v3/rooms/{}/state/m.room.member/{}", segment(&room), segment(&bob.id));
        let content = alice.get(&path).await.ok();
        assert_eq!(content["join_authorised_via_users_server"], alice.id.as_str(), "{version}");
        // This server is in the room now, but nobody of it may let others in: it asks the other one.
        join_via(&carol, &other, &a).await.ok();
        join_via(&carol, &room, &b).await.ok();
        assert_eq!(membership(&alice, &room, &carol.id).await, "join", "{version}");
        assert_eq!(membership(&bob, &room, &carol.id).await, "join", "{version}");
        assert_eq!(state_ids(&alice, &room).await, state_ids(&bob, &room).await, "{version}");
    }
}
