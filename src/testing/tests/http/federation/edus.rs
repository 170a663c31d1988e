//! Typing, receipts and presence of other servers' people.

use super::Meeting;
use serde_json::{Value, json};

fn ephemeral<'a>(answer: &'a Value, room: &str, kind: &str) -> Option<&'a Value> {
    let events = answer["rooms"]["join"][room]["ephemeral"]["events"].as_array()?;
    events.iter().find(|event| event["type"] == kind)
}

#[tokio::test]
async fn people_of_other_servers_type_and_read() {
    let meeting = Meeting::start().await;
    let since = meeting.bob.now().await;
    let said = meeting.bob.say(&meeting.room, "read me").await;
    let alice = meeting.peer.alice();
    let foreign = json!({"edu_type": "m.typing", "content": {"room_id": meeting.room, "user_id": meeting.bob.id, "typing": true}});
    let typing = json!({"edu_type": "m.typing", "content": {"room_id": meeting.room, "user_id": alice, "typing": true}});
    let read = json!({"edu_type": "m.receipt", "content": {&meeting.room: {"m.read": {
        &alice: {"data": {"ts": 1_234_567, "thread_id": "main"}, "event_ids": [said]},
        &meeting.bob.id: {"data": {"ts": 1}, "event_ids": [said]},
    }}}});
    let nonsense = json!({"edu_type": "m.typing", "content": 5});
    meeting.peer.transaction(&meeting.server, "edus", &[], &[nonsense, foreign, typing, read]).await.ok();
    let answer = meeting
        .bob
        .sync_until(&since, |answer| ephemeral(answer, &meeting.room, "m.receipt").is_some())
        .await;
    let typing = ephemeral(&answer, &meeting.room, "m.typing").unwrap();
    assert_eq!(typing["content"]["user_ids"], json!([alice]));
    let receipt = &ephemeral(&answer, &meeting.room, "m.receipt").unwrap()["content"][&said]["m.read"];
    assert_eq!(receipt[&alice], json!({"ts": 1_234_567, "thread_id": "main"}));
    assert!(receipt[&meeting.bob.id].is_null(), "that is not the peer's to say");
}

#[tokio::test]
async fn people_of_other_servers_are_here_or_not() {
    let meeting = Meeting::start().await;
    let since = meeting.bob.now().await;
    let alice = meeting.peer.alice();
    let state = |presence: &str| {
        json!({"edu_type": "m.presence", "content": {"push": [
            {"user_id": meeting.bob.id, "presence": "unavailable", "last_active_ago": 1},
            {"user_id": alice, "presence": presence, "status_msg": "at sea", "last_active_ago": 5_000, "currently_active": true},
        ]}})
    };
    meeting.peer.transaction(&meeting.server, "here", &[], &[state("online")]).await.ok();
    let answer = meeting
        .bob
        .sync_until(&since, |answer| {
            answer["presence"]["events"]
                .as_array()
                .is_some_and(|events| events.iter().any(|event| event["sender"] == alice.as_str()))
        })
        .await;
    let events = answer["presence"]["events"].as_array().unwrap();
    let shown = events.iter().find(|event| event["sender"] == alice.as_str()).unwrap();
    assert_eq!(shown["content"]["presence"], "online");
    assert_eq!(shown["content"]["status_msg"], "at sea");
    meeting.peer.transaction(&meeting.server, "gone", &[], &[state("offline")]).await.ok();
    let path = format!("/v3/presence/{}/status", testing::segment(&alice));
    assert_eq!(meeting.bob.get(&path).await.ok()["presence"], "offline");

    // Synapse does not say when somebody was active whom it has not seen since it started.
    let content = json!({"push": [
        {"user_id": alice, "presence": 5},
        {"user_id": alice, "presence": "unavailable"},
    ]});
    let edu = json!({"edu_type": "m.presence", "content": content});
    meeting.peer.transaction(&meeting.server, "idle", &[], &[edu]).await.ok();
    let shown = meeting.bob.get(&path).await.ok();
    assert_eq!(shown["presence"], "unavailable");
    assert!(shown["last_active_ago"].is_null(), "{shown}");
}
