//! The past of a room that was joined late, read back.

use super::ids;
use events::Pdu;
use ruma::{OwnedEventId, RoomVersionId};
use serde_json::{Value, json};
use testing::{Peer, Reply, TestServer, TestUser, segment};

/// Brings somebody in who knows of the room's state, and nothing of what was said.
async fn bring_in_late(peer: &Peer, server: &TestServer, user: &TestUser) -> Pdu {
    let (id, version, outliers, state, join) = peer.room(|room| {
        let state: Vec<OwnedEventId> = room.current_state().into_values().collect();
        let outliers: Vec<Pdu> = room.events().into_iter().filter(|pdu| pdu.state_key().is_some()).collect();
        let join = room.join(&user.id).expect("the room is public");
        (room.room_id().to_owned(), room.version().clone(), outliers, state, join)
    });
    let rooms = &server.inside().app().rooms;
    rooms.adopt(&id, &version).await.expect("a known version");
    rooms.receive_outliers(&id, outliers).await.expect("events");
    let how = rooms::Received::Anchored { state };
    rooms.receive(&id, join.clone(), how).await.expect("a join");
    join
}

async fn read_back(user: &TestUser, room: &str, limit: u32) -> Vec<Value> {
    let (mut events, mut from) = (Vec::new(), String::new());
    loop {
        let path = format!("/v3/rooms/{}/messages?dir=b&limit={limit}{from}", segment(room));
        let page = user.get(&path).await.ok();
        events.extend(page["chunk"].as_array().unwrap().iter().cloned());
        match page["end"].as_str() {
            Some(end) => from = format!("&from={}", segment(end)),
            None => return events,
        }
    }
}

#[tokio::test]
async fn reading_back_leads_to_the_beginning_of_the_room() {
    for version in [RoomVersionId::V10, RoomVersionId::V12] {
        let peer = Peer::start(version).await;
        for n in 0..70 {
            peer.say(&n.to_string());
        }
        let expected = ids(&peer.room(|room| room.events()));
        let server = peer.server().await;
        let bob = server.user("bob").await;
        let join = bring_in_late(&peer, &server, &bob).await;
        let mut read: Vec<String> = read_back(&bob, &peer.room_id(), 15)
            .await
            .iter()
            .map(|event| event["event_id"].as_str().unwrap().to_owned())
            .collect();
        read.reverse();
        assert_eq!(read[..expected.len()], expected);
        assert_eq!(read.last().unwrap(), join.event_id().as_str());
        assert!(peer.asked("backfill").len() <= 5, "some at a time");
    }
}

#[tokio::test]
async fn a_past_that_cannot_be_had_is_not_the_end() {
    let peer = Peer::start(RoomVersionId::V11).await;
    peer.say("long ago");
    let server = peer.server().await;
    let bob = server.user("bob").await;
    bring_in_late(&peer, &server, &bob).await;
    peer.script(|asked| (asked.what == "backfill").then(|| Reply::Json(500, json!({}))));
    let path = format!("/v3/rooms/{}/messages?dir=b&limit=50", segment(&peer.room_id()));
    let page = bob.get(&path).await.ok();
    assert_eq!(page["chunk"].as_array().unwrap().len(), 1);
    assert!(page["end"].is_string(), "there is more: {page}");
}

#[tokio::test]
async fn a_time_in_the_past_that_is_not_here_is_found() {
    let peer = Peer::start(RoomVersionId::V11).await;
    let said: Vec<Pdu> = (0..5).map(|n| peer.say(&n.to_string())).collect();
    let server = peer.server().await;
    let bob = server.user("bob").await;
    bring_in_late(&peer, &server, &bob).await;
    let wanted = said[2].clone();
    let answer = json!({"event_id": wanted.event_id(), "origin_server_ts": wanted.origin_server_ts()});
    peer.script(move |asked| (asked.what == "timestamp_to_event").then(|| Reply::Json(200, answer.clone())));
    let time = wanted.origin_server_ts().get();
    let path = format!("/v1/rooms/{}/timestamp_to_event?ts={time}&dir=f", segment(&peer.room_id()));
    assert_eq!(bob.get(&path).await.ok()["event_id"], wanted.event_id().as_str());
}
