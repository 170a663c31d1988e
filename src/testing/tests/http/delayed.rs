//! Events that are sent later (MSC4140).

use serde_json::{Value, json};
use testing::{Answer, TestServer, TestUser, segment};

const EVENTS: &str = "/v1/delayed_events";
/// As clients ask before a spec has it.
const UNSTABLE: &str = "/unstable/org.matrix.msc4140/delayed_events";

/// Schedules a message; an hour is as good as never.
async fn schedule(user: &TestUser, room: &str, txn: &str, delay_ms: u64) -> Answer {
    let path = format!("/v3/rooms/{}/delayed_event/m.room.message/{txn}", segment(room));
    let content = json!({"msgtype": "m.text", "body": txn});
    user.put(&path, json!({"delay_ms": delay_ms, "content": content})).await
}

const HOUR: u64 = 3_600_000;

async fn waiting(user: &TestUser) -> Vec<Value> {
    user.get(EVENTS).await.ok()["delayed_events"].as_array().expect("a list").clone()
}

fn message<'a>(answer: &'a Value, room: &str, body: &str) -> Option<&'a Value> {
    let events = answer["rooms"]["join"][room]["timeline"]["events"].as_array()?;
    events.iter().find(|event| event["content"]["body"] == body)
}

#[tokio::test]
async fn a_scheduled_message_arrives_and_only_its_sender_learns_the_delay_id() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let (since, bobs) = (alice.now().await, bob.now().await);
    let id = schedule(&alice, &room, "later", 300).await.text("delay_id");
    assert_eq!(schedule(&alice, &room, "later", 300).await.text("delay_id"), id);
    let shown = &waiting(&alice).await[0];
    assert_eq!(shown["delay_id"], id.as_str());
    assert_eq!(shown["delay_ms"], 300);
    assert_eq!(shown["content"]["body"], "later");
    assert!(waiting(&bob).await.is_empty());
    let answer = alice.sync_until(&since, |answer| message(answer, &room, "later").is_some()).await;
    let event = message(&answer, &room, "later").expect("there");
    assert_eq!(event["unsigned"]["delay_id"], id.as_str());
    let answer = bob.sync_until(&bobs, |answer| message(answer, &room, "later").is_some()).await;
    assert!(message(&answer, &room, "later").expect("there")["unsigned"].get("delay_id").is_none());
    // The row says so a moment after the event is out.
    let ended = loop {
        let ended = alice.get(&format!("{EVENTS}/{id}")).await.ok();
        if ended.get("finalised_ts").is_some() {
            break ended;
        }
    };
    assert_eq!(ended["event_id"], event["event_id"]);
    assert!(waiting(&alice).await.is_empty());
    bob.get(&format!("{EVENTS}/{id}")).await.refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn clients_of_today_schedule_with_a_parameter() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let since = alice.now().await;
    let path = |kind: &str| format!("/v3/rooms/{}/{kind}?org.matrix.msc4140.delay=200", segment(&room));
    alice.put(&path("send/m.room.message/a"), json!({"body": "soon"})).await.text("delay_id");
    alice.put(&path("state/org.example.note/key"), json!({"note": 1})).await.text("delay_id");
    alice.put(&path("state/m.room.topic"), json!({"topic": "Later"})).await.text("delay_id");
    alice.sync_until(&since, |answer| message(answer, &room, "soon").is_some()).await;
    let topic = |answer: &Value| {
        let events = answer["rooms"]["join"][&room]["timeline"]["events"].as_array();
        events.is_some_and(|events| events.iter().any(|event| event["content"]["topic"] == "Later"))
    };
    alice.sync_until(&since, topic).await;
    let features = alice.get("/versions").await.ok()["unstable_features"].clone();
    assert_eq!(features["org.matrix.msc4140"], true);
    let limits = alice.get("/v3/capabilities").await.ok()["capabilities"]["m.delayed_events"].clone();
    assert_eq!(limits["max_scheduled"], 100);
}

#[tokio::test]
async fn actions_end_it_restart_it_or_send_it() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    let since = alice.now().await;
    let id = schedule(&alice, &room, "now", HOUR).await.text("delay_id");
    let act = |action: &str| format!("{EVENTS}/{id}/{action}");
    bob.post(&act("send"), json!({})).await.refused(404, "M_NOT_FOUND");
    alice.post(&act("dance"), json!({})).await.refused(404, "M_UNRECOGNIZED");
    let first = waiting(&alice).await[0]["scheduled_at"].as_u64();
    alice.post(&act("restart"), json!({})).await.ok();
    assert!(waiting(&alice).await[0]["scheduled_at"].as_u64() >= first);
    alice.post(&act("send"), json!({})).await.ok();
    alice.post(&act("send"), json!({})).await.ok();
    alice.sync_until(&since, |answer| message(answer, &room, "now").is_some()).await;
    alice.post(&act("cancel"), json!({})).await.refused(409, "M_UNKNOWN");
}

#[tokio::test]
async fn who_knows_the_id_may_act_without_a_token_as_call_servers_do() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let id = schedule(&alice, &room, "never", HOUR).await.text("delay_id");
    let stranger = server.stranger();
    stranger.post(&format!("{EVENTS}/{id}/cancel"), json!({})).await.refused(401, "M_MISSING_TOKEN");
    stranger.post(&format!("{UNSTABLE}/nobody/cancel"), json!({})).await.refused(404, "M_NOT_FOUND");
    stranger.post(&format!("{UNSTABLE}/{id}/cancel"), json!({})).await.ok();
    assert!(waiting(&alice).await.is_empty());
    let ended = alice.get(&format!("{EVENTS}/{id}")).await.ok();
    assert!(
        ended["finalised_ts"].is_u64() && ended.get("event_id").is_none() && ended.get("error").is_none()
    );
}

#[tokio::test]
async fn whether_one_may_is_asked_when_it_is_due() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    let id = schedule(&bob, &room, "let me in", HOUR).await.text("delay_id");
    bob.post(&format!("{EVENTS}/{id}/send"), json!({})).await.refused(403, "M_FORBIDDEN");
    let short = schedule(&bob, &room, "let me in now", 1).await.text("delay_id");
    let ended = loop {
        let ended = bob.get(&format!("{EVENTS}/{short}")).await.ok();
        if ended.get("finalised_ts").is_some() {
            break ended;
        }
    };
    assert_eq!(ended["error"]["errcode"], "M_FORBIDDEN");
    let since = bob.now().await;
    bob.join(&room).await;
    bob.post(&format!("{EVENTS}/{id}/send"), json!({})).await.ok();
    bob.sync_until(&since, |answer| message(answer, &room, "let me in").is_some()).await;
}

#[tokio::test]
async fn a_restart_loses_nothing_and_sends_what_is_overdue() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let since = alice.now().await;
    schedule(&alice, &room, "overdue", 2_000).await.text("delay_id");
    let kept = schedule(&alice, &room, "kept", HOUR).await.text("delay_id");
    let server = server.restart().await;
    let alice = alice.at(&server);
    alice.sync_until(&since, |answer| message(answer, &room, "overdue").is_some()).await;
    assert_eq!(waiting(&alice).await[0]["delay_id"], kept.as_str());
}

#[tokio::test]
async fn limits_are_told() {
    let server = TestServer::start_with(|config| {
        config.delayed_events.max_scheduled = 1;
    })
    .await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    schedule(&alice, &room, "none", 0).await.refused(400, "M_INVALID_PARAM");
    schedule(&alice, &room, "aeon", 400 * 24 * HOUR).await.refused(403, "M_FORBIDDEN");
    let id = schedule(&alice, &room, "one", HOUR).await.text("delay_id");
    schedule(&alice, &room, "two", HOUR).await.refused(429, "M_LIMIT_EXCEEDED");
    alice.post(&format!("{EVENTS}/{id}/cancel"), json!({})).await.ok();
    schedule(&alice, &room, "three", HOUR).await.ok();
    let server = TestServer::start_with(|config| config.delayed_events.max_scheduled = 0).await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    schedule(&alice, &room, "one", HOUR).await.refused(403, "M_FORBIDDEN");
    assert_eq!(alice.get("/versions").await.ok()["unstable_features"]["org.matrix.msc4140"], false);
}
