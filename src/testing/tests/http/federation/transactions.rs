//! What other servers send is taken in, or refused with a reason, event by event.

use super::Meeting;
use reqwest::Method;
use ruma::RoomVersionId;
use serde_json::{Value, json};
use testing::Peer;

#[tokio::test]
async fn what_a_peer_sends_is_in_the_room() {
    for version in [RoomVersionId::V10, RoomVersionId::V12] {
        let meeting = Meeting::of(version).await;
        let since = meeting.bob.now().await;
        let said = [meeting.peer.say("one"), meeting.peer.say("two")];
        meeting.send(&said).await;
        assert_eq!(meeting.seen(&since, &said[1]).await, super::ids(&said));
    }
}

#[tokio::test]
async fn the_same_transaction_is_answered_alike() {
    let meeting = Meeting::start().await;
    let since = meeting.bob.now().await;
    let alice = meeting.peer.alice();
    let good = meeting.peer.say("good");
    let stranger = format!("@stranger:{}", meeting.peer.name());
    let denied =
        meeting.peer.room(|room| room.message(&stranger, "not in the room").after([good.event_id()]).seal());
    let pdus = [good.clone(), denied.clone()];
    let first = meeting.peer.transaction(&meeting.server, "again", &pdus, &[]).await.ok();
    assert_eq!(first["pdus"][good.event_id().as_str()], json!({}));
    assert!(first["pdus"][denied.event_id().as_str()]["error"].is_string(), "{first}");
    let other = meeting.peer.say("another");
    let second =
        meeting.peer.transaction(&meeting.server, "again", std::slice::from_ref(&other), &[]).await.ok();
    assert_eq!(second, first);
    assert!(!meeting.has(&other).await && !meeting.has(&denied).await, "{alice}");
    assert_eq!(meeting.seen(&since, &good).await, super::ids(&[good]));
}

#[tokio::test]
async fn one_bad_event_harms_nothing_else() {
    let meeting = Meeting::start().await;
    let (one, two) = (meeting.peer.say("one"), meeting.peer.say("two"));
    let mut forged: Value = serde_json::from_str(two.json()).unwrap();
    forged["origin_server_ts"] = json!(5);
    let mut large: Value = serde_json::from_str(two.json()).unwrap();
    large["content"]["body"] = json!("x".repeat(70_000));
    let body = json!({
        "origin": meeting.peer.name(),
        "origin_server_ts": 1,
        "pdus": [
            {}, {"room_id": 5}, {"room_id": meeting.room}, forged, large,
            serde_json::from_str::<Value>(one.json()).unwrap(),
            {"room_id": "!unknown:elsewhere.org", "type": "m.room.message"},
            serde_json::from_str::<Value>(two.json()).unwrap(),
        ],
    });
    let path = "/_matrix/federation/v1/send/mixed";
    let results = meeting.peer.ask(&meeting.server, Method::PUT, path, Some(body)).await.ok();
    for pdu in [&one, &two] {
        assert_eq!(results["pdus"][pdu.event_id().as_str()], json!({}));
        assert!(meeting.has(pdu).await);
    }
    let refused = results["pdus"].as_object().unwrap().values().filter(|result| result["error"].is_string());
    assert_eq!(refused.count(), 1, "only the forged event has an id: {results}");
}

#[tokio::test]
async fn a_transaction_must_be_signed_whole_and_of_its_sender() {
    let meeting = Meeting::start().await;
    let path = "/_matrix/federation/v1/send/1";
    let body = json!({"origin": meeting.peer.name(), "origin_server_ts": 1, "pdus": []});
    let unsigned = meeting.server.stranger().request(Method::PUT, path, Some(body.clone())).await;
    unsigned.refused(401, "M_UNAUTHORIZED");
    let other = json!({"origin": "elsewhere.org", "origin_server_ts": 1, "pdus": []});
    meeting.peer.ask(&meeting.server, Method::PUT, path, Some(other)).await.refused(403, "M_FORBIDDEN");
    let mut many = body.clone();
    many["pdus"] = json!(vec![json!({}); 51]);
    meeting.peer.ask(&meeting.server, Method::PUT, path, Some(many)).await.refused(400, "M_INVALID_PARAM");
    let mut many = body.clone();
    many["edus"] = json!(vec![json!({}); 101]);
    meeting.peer.ask(&meeting.server, Method::PUT, path, Some(many)).await.refused(400, "M_INVALID_PARAM");
    meeting.peer.ask(&meeting.server, Method::PUT, path, Some(body)).await.ok();
}

#[tokio::test]
async fn the_access_control_list_keeps_servers_out() {
    let meeting = Meeting::start().await;
    let alice = meeting.peer.alice();
    let acl = json!({"allow": ["*"], "deny": ["127.0.0.1"]});
    let acl = meeting.peer.room(|room| room.state(&alice, "m.room.server_acl", "", acl).valid());
    meeting.send(&[acl]).await;
    let said = meeting.peer.say("let me in");
    let results = meeting.peer.send(&meeting.server, std::slice::from_ref(&said)).await;
    assert!(
        results[said.event_id().as_str()]["error"].as_str().unwrap().contains("access control"),
        "{results}"
    );
    assert!(!meeting.has(&said).await);
    for what in ["state_ids", "state", "backfill", "get_missing_events", "event_auth"] {
        let room = testing::segment(&meeting.room);
        let event = testing::segment(said.event_id().as_str());
        let (method, rest, body) = match what {
            "event_auth" => (Method::GET, format!("{room}/{event}"), None),
            "get_missing_events" => {
                (Method::POST, room, Some(json!({"earliest_events": [], "latest_events": []})))
            }
            "backfill" => (Method::GET, format!("{room}?v={event}&limit=1"), None),
            _ => (Method::GET, format!("{room}?event_id={event}"), None),
        };
        let path = format!("/_matrix/federation/v1/{what}/{rest}");
        meeting.peer.ask(&meeting.server, method, &path, body).await.refused(403, "M_FORBIDDEN");
    }
}

#[tokio::test]
async fn rooms_that_nobody_here_is_in_are_none_of_ours() {
    let meeting = Meeting::start().await;
    let stranger = Peer::start(RoomVersionId::V11).await;
    let said = stranger.say("hello?");
    let results = meeting.peer.send(&meeting.server, &[said]).await;
    assert_eq!(results, json!({}));
    let room = testing::segment(&meeting.room);
    meeting.bob.post(&format!("/v3/rooms/{room}/leave"), json!({})).await.ok();
    let said = meeting.peer.say("anybody there?");
    let results = meeting.peer.send(&meeting.server, std::slice::from_ref(&said)).await;
    assert!(results[said.event_id().as_str()]["error"].is_string(), "{results}");
}
