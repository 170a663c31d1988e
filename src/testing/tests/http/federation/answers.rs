//! What this server tells others of its rooms.

use super::Meeting;
use reqwest::Method;
use ruma::RoomVersionId;
use serde_json::{Value, json};
use testing::{Answer, Peer, segment};

impl Meeting {
    async fn asks(&self, path: &str) -> Answer {
        self.peer.ask(&self.server, Method::GET, &format!("/_matrix/federation/v1/{path}"), None).await
    }
}

fn bodies(pdus: &Value) -> Vec<&str> {
    pdus.as_array().unwrap().iter().filter_map(|pdu| pdu["content"]["body"].as_str()).collect()
}

#[tokio::test]
async fn events_and_what_came_before_them_are_told() {
    let meeting = Meeting::start().await;
    let mut said = Vec::new();
    for n in 0..4 {
        said.push(meeting.bob.say(&meeting.room, &n.to_string()).await);
    }
    let event = meeting.asks(&format!("event/{}", segment(&said[3]))).await.ok();
    assert_eq!((event["origin"].as_str(), bodies(&event["pdus"])), (Some("localhost"), vec!["3"]));
    let room = segment(&meeting.room);
    let back = meeting.asks(&format!("backfill/{room}?v={}&limit=3", segment(&said[3]))).await.ok();
    assert_eq!(bodies(&back["pdus"]), ["3", "2", "1"]);
    let body = json!({"earliest_events": [said[0]], "latest_events": [said[3]], "limit": 10});
    let path = format!("/_matrix/federation/v1/get_missing_events/{room}");
    let missing = meeting.peer.ask(&meeting.server, Method::POST, &path, Some(body)).await.ok();
    assert_eq!(bodies(&missing["events"]), ["1", "2"]);
    meeting.asks("event/$unknown").await.refused(404, "M_NOT_FOUND");
    let time = event["pdus"][0]["origin_server_ts"].as_u64().unwrap();
    let near = meeting.asks(&format!("timestamp_to_event/{room}?ts={time}&dir=b")).await.ok();
    assert_eq!(near["event_id"], said[3].as_str());
}

#[tokio::test]
async fn states_are_told_with_all_that_authorizes_them() {
    for version in [RoomVersionId::V11, RoomVersionId::V12] {
        let meeting = Meeting::of(version).await;
        let said = segment(&meeting.bob.say(&meeting.room, "here").await);
        let room = segment(&meeting.room);
        let ids = meeting.asks(&format!("state_ids/{room}?event_id={said}")).await.ok();
        let mut known: Vec<Value> =
            meeting.peer.room(|room| room.current_state().into_values().map(|id| json!(id)).collect());
        let mut state = ids["pdu_ids"].as_array().unwrap().clone();
        state.sort_by_key(Value::to_string);
        known.sort_by_key(Value::to_string);
        assert_eq!(state, known);
        let whole = meeting.asks(&format!("state/{room}?event_id={said}")).await.ok();
        assert_eq!(whole["pdus"].as_array().unwrap().len(), state.len());
        let chain = whole["auth_chain"].as_array().unwrap();
        assert_eq!(chain.len(), ids["auth_chain_ids"].as_array().unwrap().len());
        let auth = meeting.asks(&format!("event_auth/{room}/{said}")).await.ok();
        let auth = auth["auth_chain"].as_array().unwrap();
        let has = |kind: &str| auth.iter().any(|pdu| pdu["type"] == kind);
        assert!(has("m.room.create") && has("m.room.power_levels") && has("m.room.member"), "{auth:?}");
        meeting.asks(&format!("state/{room}?event_id=$unknown")).await.refused(404, "M_NOT_FOUND");
    }
}

#[tokio::test]
async fn who_is_not_in_the_room_is_told_nothing() {
    let meeting = Meeting::start().await;
    let said = segment(&meeting.bob.say(&meeting.room, "among us").await);
    let room = segment(&meeting.room);
    let stranger = Peer::start(RoomVersionId::V11).await;
    let path = format!("/_matrix/federation/v1/event/{said}");
    stranger.ask(&meeting.server, Method::GET, &path, None).await.refused(403, "M_FORBIDDEN");
    let alice = meeting.peer.alice();
    let left = meeting.peer.room(|room| room.member(&alice, &alice, "leave").seal());
    let left = [left];
    meeting.peer.send(&meeting.server, &left).await;
    meeting.asks(&format!("event/{said}")).await.refused(403, "M_FORBIDDEN");
    meeting.asks(&format!("state_ids/{room}?event_id={said}")).await.refused(403, "M_FORBIDDEN");
    let unknown = meeting.asks("backfill/!unknown:elsewhere.org?v=$x&limit=1").await;
    unknown.refused(404, "M_NOT_FOUND");
}
