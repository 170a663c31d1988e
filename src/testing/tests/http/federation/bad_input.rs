//! Whatever another server signs and sends, the answer is a Matrix one, and it is never "my fault".

use super::Meeting;
use reqwest::Method;
use serde_json::{Value, json};
use testing::segment;

/// Method and path below `/_matrix/federation/v1/`; each `{}` is filled with each of the texts.
const ENDPOINTS: &[(Method, &str)] = &[
    (Method::GET, "event/{}"),
    (Method::GET, "event_auth/{}/{}"),
    (Method::GET, "state/{}?event_id={}"),
    (Method::GET, "state_ids/{}?event_id={}"),
    (Method::GET, "backfill/{}?v={}&limit={}"),
    (Method::GET, "backfill/{}?limit=5"),
    (Method::GET, "timestamp_to_event/{}?ts={}&dir=f"),
    (Method::POST, "get_missing_events/{}"),
    (Method::PUT, "send/{}"),
];

fn texts(room: &str, event: &str) -> Vec<String> {
    let mut texts = vec![room.to_owned(), event.to_owned(), "x".repeat(3_000)];
    let known =
        ["x", "!x:y", "$x", "-1", "0", "5", "1e999", "18446744073709551616", "\0", "%", "💬", "../.."];
    texts.extend(known.into_iter().map(str::to_owned));
    texts
}

fn bodies(origin: &str, room: &str, event: &str) -> Vec<Value> {
    let huge = (1_u64 << 53) - 1;
    vec![
        json!({}),
        json!([]),
        json!(null),
        json!({"latest_events": [], "earliest_events": 5}),
        json!({"latest_events": [event, "$x", "x"], "earliest_events": []}),
        json!({"latest_events": [event], "earliest_events": ["$x"], "limit": huge, "min_depth": huge}),
        json!({"latest_events": [event], "earliest_events": [event], "limit": -1}),
        json!({"latest_events": vec![event; 300], "earliest_events": []}),
        json!({"origin": origin, "origin_server_ts": 1, "pdus": [null, 5, [], {}, {"room_id": room}]}),
        json!({"origin": origin, "origin_server_ts": 1, "pdus": {}, "edus": 5}),
        json!({"origin": origin, "origin_server_ts": 1, "edus": [
            5, {}, {"edu_type": "m.typing"}, {"edu_type": "m.receipt", "content": {room: 5}},
            {"edu_type": "m.presence", "content": {"push": [{"user_id": "x"}]}}, {"edu_type": "x", "content": {}},
            {"edu_type": "m.direct_to_device", "content": []}, {"edu_type": "m.device_list_update", "content": 1},
        ]}),
        json!({"origin": origin, "origin_server_ts": huge, "pdus": [{
            "room_id": room, "type": "m.room.member", "sender": "@x", "content": {}, "depth": huge,
            "prev_events": [5], "auth_events": {}, "origin_server_ts": -1, "hashes": 1, "signatures": [],
        }]}),
    ]
}

#[tokio::test]
async fn nonsense_is_answered_in_words() {
    let meeting = Meeting::start().await;
    let event = meeting.bob.say(&meeting.room, "here").await;
    let texts = texts(&meeting.room, &event);
    let bodies = bodies(meeting.peer.name(), &meeting.room, &event);
    for (method, path) in ENDPOINTS {
        for (at, text) in texts.iter().enumerate() {
            for (number, other) in
                [&meeting.room, &event, text, &texts[(at + 5) % texts.len()]].into_iter().enumerate()
            {
                let path = path.replacen("{}", &segment(text), 1).replace("{}", &segment(other));
                let path = format!("/_matrix/federation/v1/{path}");
                let body = (*method != Method::GET).then(|| bodies[(at * 4 + number) % bodies.len()].clone());
                let answer = meeting.peer.ask(&meeting.server, method.clone(), &path, body.clone()).await;
                assert!(answer.status < 500, "{method} {path} {body:?}: {} {}", answer.status, answer.body);
                assert!(
                    answer.status == 200 || answer.body["errcode"].is_string(),
                    "{method} {path} {body:?}: {}",
                    answer.body
                );
            }
        }
    }
    assert!(meeting.bob.say(&meeting.room, "still here").await.starts_with('$'));
}
