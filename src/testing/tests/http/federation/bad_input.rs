//! Whatever another server signs and sends, the answer is a Matrix one, and it is never "my fault".

use super::Meeting;
use reqwest::Method;
use serde_json::{Value, json};
use testing::segment;

/// Method and path below `/_matrix/federation/`; each `{}` is filled with each of the texts.
const ENDPOINTS: &[(Method, &str)] = &[
    (Method::GET, "v1/event/{}"),
    (Method::GET, "v1/event_auth/{}/{}"),
    (Method::GET, "v1/state/{}?event_id={}"),
    (Method::GET, "v1/state_ids/{}?event_id={}"),
    (Method::GET, "v1/backfill/{}?v={}&limit={}"),
    (Method::GET, "v1/backfill/{}?limit=5"),
    (Method::GET, "v1/timestamp_to_event/{}?ts={}&dir=f"),
    (Method::GET, "v1/make_join/{}/{}?ver=11&ver={}"),
    (Method::GET, "v1/make_leave/{}/{}"),
    (Method::GET, "v1/make_knock/{}/{}?ver={}"),
    (Method::GET, "v1/hierarchy/{}?suggested_only={}"),
    (Method::GET, "v1/publicRooms?limit={}&since={}"),
    (Method::GET, "v1/query/directory?room_alias={}"),
    (Method::GET, "v1/query/profile?user_id={}&field={}"),
    (Method::GET, "v1/query/{}"),
    (Method::GET, "v1/user/devices/{}"),
    (Method::GET, "v1/openid/userinfo?access_token={}"),
    (Method::GET, "v1/media/download/{}"),
    (Method::GET, "v1/media/thumbnail/{}?width={}&height=5"),
    (Method::POST, "v1/get_missing_events/{}"),
    (Method::POST, "v1/publicRooms"),
    (Method::POST, "v1/user/keys/query"),
    (Method::POST, "v1/user/keys/claim"),
    (Method::PUT, "v1/send/{}"),
    (Method::PUT, "v1/send_knock/{}/{}"),
    (Method::PUT, "v1/invite/{}/{}"),
    (Method::PUT, "v1/exchange_third_party_invite/{}"),
    (Method::PUT, "v1/3pid/onbind"),
    (Method::PUT, "v2/invite/{}/{}"),
    (Method::PUT, "v2/send_join/{}/{}"),
    (Method::PUT, "v2/send_leave/{}/{}"),
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
        json!({"device_keys": {"@x:y": [], "x": 5}, "one_time_keys": {"@x:y": {"X": 5}}}),
        json!({"device_keys": [], "one_time_keys": {"@x:y": {"X": "signed_curve25519"}}, "limit": -1, "since": 5}),
        json!({"room_version": "11", "event": {"room_id": room, "sender": origin}, "invite_room_state": 5}),
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
                let path = format!("/_matrix/federation/{path}");
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
