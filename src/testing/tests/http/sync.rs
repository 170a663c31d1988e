//! `/sync` of joined rooms.

use serde_json::{Value, json};
use testing::{TestServer, TestUser, segment};

#[tokio::test]
async fn a_long_poll_ends_with_the_event_and_not_before() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let since = bob.now().await;
    let there = |answer: &Value| answer["rooms"]["join"].get(&room).is_some();
    let (answer, id) = tokio::join!(bob.sync_until(&since, there), alice.say(&room, "now"));
    let events = &answer["rooms"]["join"][&room]["timeline"]["events"];
    assert_eq!(events[0]["event_id"], id.as_str(), "{answer}");
    assert_eq!(events.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn nothing_new_is_nothing_at_all() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    alice.room().await;
    let since = alice.now().await;
    let answer = alice.sync(Some(&since)).await;
    assert!(answer.get("rooms").is_none_or(|rooms| rooms.as_object().unwrap().is_empty()), "{answer}");
}

#[tokio::test]
async fn a_room_joined_later_comes_with_its_whole_state() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room_with(json!({"name": "Tea", "preset": "public_chat"})).await;
    for number in 0..30 {
        alice.say(&room, &number.to_string()).await;
    }
    let since = bob.now().await;
    bob.join(&room).await;
    let answer = bob.sync_until(&since, |answer| answer["rooms"]["join"].get(&room).is_some()).await;
    let joined = &answer["rooms"]["join"][&room];
    let state = joined["state"]["events"].as_array().unwrap();
    for kind in ["m.room.create", "m.room.name", "m.room.power_levels", "m.room.join_rules"] {
        assert!(state.iter().any(|event| event["type"] == kind), "{kind}");
    }
    assert_eq!(joined["timeline"]["limited"], true);
    assert_eq!(joined["summary"]["m.joined_member_count"], 2);
}

#[tokio::test]
async fn state_changes_in_a_gap_are_told() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let since = bob.now().await;
    alice.state(&room, "m.room.name", "", json!({"name": "In the gap"})).await;
    for number in 0..60 {
        alice.say(&room, &number.to_string()).await;
    }
    let answer = bob.sync(Some(&since)).await;
    assert_eq!(answer["rooms"]["join"][&room]["timeline"]["events"].as_array().unwrap().len(), 50);
    let state = answer["rooms"]["join"][&room]["state"]["events"].as_array().unwrap();
    assert_eq!(state.len(), 1);
    assert_eq!(state[0]["content"]["name"], "In the gap");
}

#[tokio::test]
async fn state_after_holds_what_the_timeline_changed() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let since = bob.now().await;
    alice.state(&room, "m.room.topic", "", json!({"topic": "Leaves"})).await;
    let answer = bob.sync_with(Some(&since), "&use_state_after=true").await;
    let joined = &answer["rooms"]["join"][&room];
    assert!(joined.get("state").is_none());
    assert_eq!(joined["state_after"]["events"][0]["content"]["topic"], "Leaves");
    assert_eq!(joined["timeline"]["events"][0]["content"]["topic"], "Leaves");
}

#[tokio::test]
async fn lazy_members_bring_the_senders_only() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    for name in ["bob", "carol", "dave"] {
        server.user(name).await.join(&room).await;
    }
    let carol = server.login("carol").await;
    for number in 0..12 {
        carol.say(&room, &number.to_string()).await;
    }
    let filter = segment(r#"{"room":{"state":{"lazy_load_members":true},"timeline":{"limit":5}}}"#);
    let answer = alice.sync_with(None, &format!("&filter={filter}")).await;
    let state = answer["rooms"]["join"][&room]["state"]["events"].as_array().unwrap();
    let mut members: Vec<_> = state
        .iter()
        .filter(|event| event["type"] == "m.room.member")
        .map(|event| event["state_key"].as_str().unwrap())
        .collect();
    members.sort_unstable();
    assert_eq!(members, [alice.id.as_str(), carol.id.as_str()]);
}

#[tokio::test]
async fn lazy_members_are_in_state_after_though_the_timeline_shows_them() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let filter = segment(r#"{"room":{"state":{"lazy_load_members":true},"timeline":{"limit":20}}}"#);
    let answer = alice.sync_with(None, &format!("&filter={filter}&use_state_after=true")).await;
    let state = answer["rooms"]["join"][&room]["state_after"]["events"].as_array().unwrap();
    assert!(state.iter().any(|event| event["state_key"] == alice.id.as_str()), "{answer}");
}

#[tokio::test]
async fn full_state_is_the_whole_again() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let since = alice.now().await;
    let answer = alice.sync_with(Some(&since), "&full_state=true").await;
    let state = answer["rooms"]["join"][&room]["state"]["events"].as_array().unwrap();
    assert!(state.iter().any(|event| event["type"] == "m.room.create"));
}

#[tokio::test]
async fn typing_shows_and_ends() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let since = bob.now().await;
    let path = format!("/v3/rooms/{}/typing/{}", segment(&room), alice.id);
    alice.put(&path, json!({"typing": true, "timeout": 30_000})).await.ok();
    let typing = |answer: &Value| {
        let events =
            answer["rooms"]["join"][&room]["ephemeral"]["events"].as_array().cloned().unwrap_or_default();
        events
            .into_iter()
            .find(|event| event["type"] == "m.typing")
            .map(|event| event["content"]["user_ids"].clone())
    };
    let answer = bob.sync_until(&since, |answer| typing(answer).is_some()).await;
    assert_eq!(typing(&answer), Some(json!([alice.id])));
    let since = answer["next_batch"].as_str().unwrap();
    alice.say(&room, "done").await;
    bob.sync_until(since, |answer| typing(answer) == Some(json!([]))).await;
    bob.put(&path, json!({"typing": true, "timeout": 1000})).await.refused(403, "M_FORBIDDEN");
}

#[tokio::test]
async fn who_comes_into_a_room_is_shown_with_their_presence() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.now().await;
    let (before, away) = (alice.now().await, bob.now().await);
    bob.join(&room).await;
    let of = |answer: &Value, user: &TestUser| {
        let events = answer["presence"]["events"].as_array().cloned().unwrap_or_default();
        events.iter().any(|event| event["sender"] == user.id.as_str())
    };
    // Nothing changed about either: they came into each other's sight.
    let seen = alice.sync(Some(&before)).await;
    assert!(of(&seen, &bob), "{seen}");
    assert!(of(&bob.sync(Some(&away)).await, &alice));
    let after = seen["next_batch"].as_str().expect("a token");
    assert!(!of(&alice.sync(Some(after)).await, &bob));
}

#[tokio::test]
async fn a_first_sync_tells_all_about_the_caller_s_own_presence() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let first = alice.sync(None).await;
    assert_eq!(first["presence"]["events"][0]["sender"], alice.id.as_str());
    let since = first["next_batch"].as_str().expect("a token");
    // No news, not even of the sync before: the next one sleeps until something happens.
    assert_eq!(alice.sync(Some(since)).await["presence"], Value::Null);
}

#[tokio::test]
async fn a_timeline_of_no_events_says_that_there_are_some() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    alice.say(&room, "hello").await;
    let filter = format!("&filter={}", segment(r#"{"room":{"timeline":{"limit":0},"include_leave":true}}"#));
    let empty = |answer: &Value, section: &str| {
        let timeline = &answer["rooms"][section][&room]["timeline"];
        assert_eq!((&timeline["events"], &timeline["limited"]), (&json!([]), &json!(true)), "{answer}");
    };
    empty(&bob.sync_with(None, &filter).await, "join");
    bob.leave(&room).await;
    empty(&bob.sync_with(None, &filter).await, "leave");
}

#[tokio::test]
async fn the_timeline_of_a_room_joined_again_is_no_sequel() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    bob.leave(&room).await;
    let since = bob.now().await;
    alice.say(&room, "meanwhile").await;
    bob.join(&room).await;
    let wide = format!("&filter={}", segment(r#"{"room":{"timeline":{"limit":50}}}"#));
    let answer = bob.sync_with(Some(&since), &wide).await;
    assert_eq!(answer["rooms"]["join"][&room]["timeline"]["limited"], true);
    // A room that did not exist before has nothing older.
    let fresh = bob.room().await;
    let answer = bob.sync_with(Some(&since), &wide).await;
    assert_eq!(answer["rooms"]["join"][&fresh]["timeline"]["limited"], false);
}

#[tokio::test]
async fn state_after_names_the_caller_although_their_join_is_in_the_timeline() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let filter = segment(r#"{"room":{"timeline":{"limit":1},"state":{"lazy_load_members":true}}}"#);
    let answer = bob.sync_with(None, &format!("&use_state_after=true&filter={filter}")).await;
    let room = &answer["rooms"]["join"][&room];
    let of_bob = |event: &&Value| event["type"] == "m.room.member" && event["state_key"] == bob.id.as_str();
    let found =
        |section: &str| room[section]["events"].as_array().expect("events").iter().find(of_bob).cloned();
    assert!(found("timeline").is_some(), "{room}");
    assert_eq!(found("state_after").expect("own membership")["content"]["membership"], "join");
}
