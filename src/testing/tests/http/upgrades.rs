//! Replacing a room by one of another version.

use serde_json::{Value, json};
use testing::{TestServer, TestUser, segment};

async fn upgrade(user: &TestUser, room: &str, body: Value) -> String {
    user.post(&format!("/v3/rooms/{}/upgrade", segment(room)), body).await.text("replacement_room")
}

async fn state(user: &TestUser, room: &str, kind: &str, key: &str) -> Value {
    user.get(&format!("/v3/rooms/{}/state/{kind}/{}", segment(room), segment(key))).await.ok()
}

#[tokio::test]
async fn the_new_room_has_what_the_old_one_had_and_both_point_to_each_other() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice
        .room_with(json!({
            "preset": "public_chat", "room_version": "10", "name": "Bees", "topic": "Buzz", "visibility": "public",
            "room_alias_name": "bees",
        }))
        .await;
    bob.join(&room).await;
    let ban = json!({"user_id": "@mallory:localhost", "reason": "spam"});
    alice.post(&format!("/v3/rooms/{}/ban", segment(&room)), ban).await.ok();
    let last = alice.say(&room, "last").await;
    let new = upgrade(&alice, &room, json!({"new_version": "11"})).await;

    assert_eq!(state(&alice, &room, "m.room.tombstone", "").await["replacement_room"], new.as_str());
    let create = state(&alice, &new, "m.room.create", "").await;
    assert_eq!(create["room_version"], "11");
    assert_eq!(create["predecessor"], json!({"room_id": room, "event_id": last}));
    assert_eq!(state(&alice, &new, "m.room.name", "").await["name"], "Bees");
    assert_eq!(state(&alice, &new, "m.room.topic", "").await["topic"], "Buzz");
    assert_eq!(state(&alice, &new, "m.room.join_rules", "").await["join_rule"], "public");
    assert_eq!(state(&alice, &new, "m.room.canonical_alias", "").await["alias"], "#bees:localhost");
    assert_eq!(state(&alice, &new, "m.room.member", "@mallory:localhost").await["membership"], "ban");
    let path = format!("/v3/directory/room/{}", segment("#bees:localhost"));
    assert_eq!(alice.get(&path).await.ok()["room_id"], new.as_str());
    let listed = alice.get("/v3/publicRooms").await.ok()["chunk"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["room_id"], new.as_str());

    let levels = state(&alice, &room, "m.room.power_levels", "").await;
    assert_eq!((&levels["events_default"], &levels["invite"]), (&json!(50), &json!(50)));
    let path = format!("/v3/rooms/{}/send/m.room.message/1", segment(&room));
    bob.put(&path, json!({"msgtype": "m.text", "body": "late"})).await.refused(403, "M_FORBIDDEN");
    bob.join(&new).await;
    bob.say(&new, "here").await;
}

#[tokio::test]
async fn creators_of_version_12_are_those_that_are_named() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice
        .room_with(json!({
            "preset": "public_chat", "room_version": "11",
            "power_level_content_override": {"users": {alice.id.as_str(): 100, bob.id.as_str(): 100, "@carol:localhost": 50}},
        }))
        .await;
    bob.join(&room).await;
    let new = upgrade(&bob, &room, json!({"new_version": "12", "additional_creators": [alice.id]})).await;
    let create = state(&bob, &new, "m.room.create", "").await;
    assert_eq!(create["additional_creators"], json!([alice.id]));
    assert_eq!(create["predecessor"], json!({"room_id": room}), "its own id is all that leads to an event");
    assert_eq!(state(&bob, &new, "m.room.power_levels", "").await["users"], json!({"@carol:localhost": 50}));
    let back = upgrade(&bob, &new, json!({"new_version": "11", "additional_creators": [alice.id]})).await;
    assert!(state(&bob, &back, "m.room.create", "").await.get("additional_creators").is_none());
    assert_eq!(state(&bob, &back, "m.room.power_levels", "").await["users"][&bob.id], 100);
}

#[tokio::test]
async fn only_who_has_the_power_may_upgrade() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    let path = format!("/v3/rooms/{}/upgrade", segment(&room));
    bob.post(&path, json!({"new_version": "11"})).await.refused(403, "M_FORBIDDEN");
    bob.join(&room).await;
    bob.post(&path, json!({"new_version": "11"})).await.refused(403, "M_FORBIDDEN");
    alice.post(&path, json!({"new_version": "nonsense"})).await.refused(400, "M_UNSUPPORTED_ROOM_VERSION");
    let unknown = format!("/v3/rooms/{}/upgrade", segment("!nowhere:localhost"));
    alice.post(&unknown, json!({"new_version": "11"})).await.refused(404, "M_NOT_FOUND");
    let tombstone = format!("/v3/rooms/{}/state/m.room.tombstone/", segment(&room));
    assert_eq!(alice.get(&tombstone).await.status, 404, "nothing has happened");
}

#[tokio::test]
async fn what_people_have_set_for_the_room_goes_with_them() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room_with(json!({"preset": "public_chat", "room_version": "10"})).await;
    bob.join(&room).await;
    for user in [&alice, &bob] {
        let rule = format!("/v3/pushrules/global/room/{}", segment(&room));
        user.put(&rule, json!({"actions": []})).await.ok();
        let me = segment(&user.id);
        user.put(&format!("/v3/user/{me}/rooms/{}/tags/m.favourite", segment(&room)), json!({"order": 0.5}))
            .await
            .ok();
        user.put(&format!("/v3/user/{me}/account_data/m.direct"), json!({"@x:localhost": [room]})).await.ok();
    }
    let new = upgrade(&alice, &room, json!({"new_version": "11"})).await;
    let since = bob.now().await;
    bob.join(&new).await;
    let told = bob
        .sync_until(&since, |answer| {
            let events = answer["account_data"]["events"].as_array();
            events.is_some_and(|events| events.iter().any(|event| event["type"] == "m.push_rules"))
        })
        .await;
    assert!(told.to_string().contains(&new));
    for user in [&alice, &bob] {
        let rules = user.get("/v3/pushrules/").await.ok()["global"]["room"].clone();
        let ids: Vec<_> = rules.as_array().unwrap().iter().map(|rule| rule["rule_id"].clone()).collect();
        assert!(ids.contains(&json!(room)) && ids.contains(&json!(new)), "{ids:?}");
        let me = segment(&user.id);
        let tags = user.get(&format!("/v3/user/{me}/rooms/{}/tags", segment(&new))).await.ok();
        assert_eq!(tags["tags"]["m.favourite"]["order"], 0.5);
        let direct = user.get(&format!("/v3/user/{me}/account_data/m.direct")).await.ok();
        assert_eq!(direct["@x:localhost"], json!([room, new]));
    }
}

#[tokio::test]
async fn a_join_by_member_event_takes_it_along_too() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room_with(json!({"preset": "public_chat", "room_version": "10"})).await;
    bob.join(&room).await;
    let me = segment(&bob.id);
    let tags = |room: &str| format!("/v3/user/{me}/rooms/{}/tags", segment(room));
    bob.put(&format!("{}/m.favourite", tags(&room)), json!({"order": 0.5})).await.ok();
    let new = upgrade(&alice, &room, json!({"new_version": "11"})).await;
    bob.state(&new, "m.room.member", &bob.id, json!({"membership": "join"})).await;
    assert_eq!(bob.get(&tags(&new)).await.ok()["tags"]["m.favourite"]["order"], 0.5);
}

#[tokio::test]
async fn a_space_keeps_its_children() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let space = alice.room_with(json!({"creation_content": {"type": "m.space"}, "room_version": "11"})).await;
    let (kept, removed) = (alice.room().await, alice.room().await);
    alice.state(&space, "m.space.child", &kept, json!({"via": ["localhost"]})).await;
    alice.state(&space, "m.space.child", &removed, json!({})).await;
    let new = upgrade(&alice, &space, json!({"new_version": "12"})).await;
    assert_eq!(state(&alice, &new, "m.room.create", "").await["type"], "m.space");
    assert_eq!(state(&alice, &new, "m.space.child", &kept).await["via"], json!(["localhost"]));
    let gone = format!("/v3/rooms/{}/state/m.space.child/{}", segment(&new), segment(&removed));
    alice.get(&gone).await.refused(404, "M_NOT_FOUND");
}
