//! Servers that mean ill, or do not know better, cost this one little, and other rooms nothing.

use super::{Meeting, ids};
use ruma::RoomVersionId;
use serde_json::{Value, json};
use std::time::Duration;
use testing::{Peer, Reply};

/// Longer than anything that is asked of another server while somebody waits.
const LONG: Duration = Duration::from_secs(40);

/// A second peer, in whose room Bob is too.
async fn other_room(meeting: &Meeting) -> Peer {
    let other = Peer::start(RoomVersionId::V11).await;
    other.bring_in(&meeting.server, &meeting.bob).await;
    other
}

/// The other peer says something, and Bob sees it.
async fn is_heard(other: &Peer, meeting: &Meeting) {
    let since = meeting.bob.now().await;
    let said = other.say("undisturbed");
    let results = other.send(&meeting.server, std::slice::from_ref(&said)).await;
    assert_eq!(results[said.event_id().as_str()], json!({}), "{results}");
    let room = other.room_id();
    let news = move |answer: &Value| super::timeline(answer, &room).iter().any(|id| id == said.event_id());
    meeting.bob.sync_until(&since, news).await;
}

#[tokio::test]
async fn a_state_without_end_is_not_taken() {
    let meeting = Meeting::start().await;
    let other = other_room(&meeting).await;
    let id = |n: usize| format!("${n:043}");
    let without_end: Vec<String> = (0..1_000_000).map(id).collect();
    let without_end = json!({"pdu_ids": without_end, "auth_chain_ids": []});
    meeting.peer.script(move |asked| match asked.what.as_str() {
        "get_missing_events" => Some(Reply::Json(200, json!({"events": []}))),
        "state_ids" => Some(Reply::Json(200, without_end.clone())),
        _ => None,
    });
    let (_, second) = (meeting.peer.say("first"), meeting.peer.say("second"));
    meeting.send(std::slice::from_ref(&second)).await;
    meeting.peer.until_asked("state_ids", 1).await;
    is_heard(&other, &meeting).await;
    // It gives up: nothing of the state is asked for, and what is sent next is taken in by itself.
    meeting.peer.script(|_| None);
    let since = meeting.bob.now().await;
    let third = meeting.peer.say("third");
    meeting.send(std::slice::from_ref(&third)).await;
    assert_eq!(meeting.seen(&since, &third).await.last(), ids(&[third]).last());
    assert!(meeting.peer.asked("state").is_empty());
}

#[tokio::test]
async fn a_byte_a_second_is_no_answer() {
    let meeting = Meeting::start().await;
    let other = other_room(&meeting).await;
    meeting.peer.script(|asked| (asked.what != "server").then_some(Reply::Trickle));
    let (_, second) = (meeting.peer.say("first"), meeting.peer.say("second"));
    meeting.send(std::slice::from_ref(&second)).await;
    meeting.peer.until_asked("get_missing_events", 1).await;
    is_heard(&other, &meeting).await;
    let ghost = format!("/v3/profile/{}", testing::segment(&meeting.peer.person("ghost")));
    let answer = tokio::time::timeout(LONG, meeting.bob.get(&ghost)).await.expect("an end of waiting");
    assert!(matches!(answer.status, 404 | 502 | 504), "{} {}", answer.status, answer.body);
    assert!(!meeting.has(&second).await);
}

#[tokio::test]
async fn a_flood_of_garbage_leaves_nothing_behind() {
    let meeting = Meeting::start().await;
    let since = meeting.bob.now().await;
    for round in 0..20 {
        let garbage = |n: usize| {
            json!({
                "room_id": meeting.room, "type": "m.room.message", "sender": meeting.peer.alice(), "content": {"n": n},
                "depth": n, "prev_events": [], "auth_events": [], "origin_server_ts": round, "hashes": {"sha256": "x"},
                "signatures": {},
            })
        };
        let pdus: Vec<Value> = (0..50).map(garbage).collect();
        let body = json!({"origin": meeting.peer.name(), "origin_server_ts": 1, "pdus": pdus});
        let path = format!("/_matrix/federation/v1/send/{round}");
        let results = meeting.peer.ask(&meeting.server, reqwest::Method::PUT, &path, Some(body)).await.ok();
        let results = results["pdus"].as_object().unwrap();
        assert_eq!(results.len(), 50);
        assert!(results.values().all(|result| result["error"].is_string()), "{results:?}");
    }
    let said = meeting.peer.say("something");
    meeting.send(std::slice::from_ref(&said)).await;
    assert_eq!(meeting.seen(&since, &said).await, ids(&[said]));
}
