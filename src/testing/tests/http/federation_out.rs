//! What the server tells other servers of itself.

use ruma::RoomVersionId;
use serde_json::json;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use testing::{Peer, Reply, segment};

/// The texts of the messages.
fn texts(peer: &Peer) -> Vec<String> {
    let pdus = peer.sent("pdus").into_iter();
    pdus.filter_map(|pdu| pdu["content"]["body"].as_str().map(str::to_owned)).collect()
}

/// Waits for a transaction after which the peer has `enough`.
async fn until(peer: &Peer, enough: impl Fn(&Peer) -> bool) {
    let mut seen = 0;
    while !enough(peer) {
        seen = peer.until_asked("send", seen + 1).await.len();
    }
}

/// From now on transactions are refused while the switch is on.
fn switch(peer: &Peer) -> Arc<AtomicBool> {
    let off = Arc::new(AtomicBool::new(true));
    let script = Arc::clone(&off);
    peer.script(move |asked| {
        let refuse = asked.what == "send" && script.load(Ordering::SeqCst);
        refuse.then(|| Reply::Json(503, json!({"errcode": "M_UNKNOWN", "error": "later"})))
    });
    off
}

#[tokio::test]
async fn what_is_said_reaches_the_other_server_once_and_as_it_was_signed() {
    let (peer, _server, bob) = Peer::with_guest(RoomVersionId::V12).await;
    let event = bob.say(&peer.room_id(), "hello").await;
    until(&peer, |peer| !texts(peer).is_empty()).await;
    bob.say(&peer.room_id(), "again").await;
    until(&peer, |peer| texts(peer).len() > 1).await;
    assert_eq!(texts(&peer), ["hello", "again"]);
    let pdu = peer.sent("pdus").into_iter().find(|pdu| pdu["content"]["body"] == "hello").expect("sent");
    assert_eq!(pdu["sender"], json!(bob.id));
    assert!(
        pdu["signatures"]["localhost"].is_object() && pdu["unsigned"].is_null() && pdu["event_id"].is_null()
    );
    assert!(!event.is_empty());
    let asked = peer.asked("send");
    assert!(asked.iter().all(|asked| asked.body["origin"] == "localhost"));
    let pdus = |asked: &testing::Asked| asked.body["pdus"].as_array().map_or(0, Vec::len);
    assert!(asked.iter().all(|asked| pdus(asked) <= 50));
}

#[tokio::test]
async fn what_others_say_is_not_passed_on() {
    let (peer, server, bob) = Peer::with_guest(RoomVersionId::V12).await;
    let mut commit = Vec::new();
    for text in ["one", "two"] {
        commit.push(peer.say(text));
    }
    let rooms = &server.inside().app().rooms;
    let room = ruma::RoomId::parse(peer.room_id()).expect("a room id");
    rooms.receive_all(&room, commit).await.expect("a room");
    bob.say(&peer.room_id(), "three").await;
    until(&peer, |peer| !texts(peer).is_empty()).await;
    assert_eq!(texts(&peer), ["three"]);
}

#[tokio::test]
async fn what_waits_for_a_silent_server_comes_in_order_when_it_is_heard() {
    let (peer, server, bob) = Peer::with_guest(RoomVersionId::V12).await;
    let off = switch(&peer);
    let expected: Vec<String> = (0..60).map(|number| format!("message {number}")).collect();
    for text in &expected {
        bob.say(&peer.room_id(), text).await;
    }
    let tries = peer.until_asked("send", 1).await.len();
    assert!(tries < 10, "it is left in peace: {tries}");
    off.store(false, Ordering::SeqCst);
    let refused = peer.asked("send").len();
    let path = format!("/_matrix/federation/v1/user/devices/{}", segment(&bob.id));
    peer.ask(&server, reqwest::Method::GET, &path, None).await.ok();
    let since = |peer: &Peer| -> Vec<String> {
        let bodies = peer.asked("send").into_iter().skip(refused).map(|asked| asked.body);
        let pdus = bodies.flat_map(|body| body["pdus"].as_array().cloned().unwrap_or_default());
        pdus.filter_map(|pdu| pdu["content"]["body"].as_str().map(str::to_owned)).collect()
    };
    until(&peer, |peer| since(peer).len() >= 60).await;
    assert_eq!(since(&peer), expected);
}

#[tokio::test]
async fn what_waits_outlasts_a_restart() {
    let (peer, server, bob) = Peer::with_guest(RoomVersionId::V12).await;
    let off = switch(&peer);
    bob.say(&peer.room_id(), "before").await;
    let message = json!({"messages": {peer.alice(): {"*": {"number": 1}}}});
    bob.put("/v3/sendToDevice/org.example.note/1", message).await.ok();
    peer.until_asked("send", 1).await;
    let server = server.restart().await;
    off.store(false, Ordering::SeqCst);
    let bob = bob.at(&server);
    bob.say(&peer.room_id(), "after").await;
    let delivered = |peer: &Peer| {
        texts(peer).ends_with(&["before".to_owned(), "after".to_owned()])
            && !peer.edus("m.direct_to_device").is_empty()
    };
    until(&peer, delivered).await;
    let messages = peer.edus("m.direct_to_device");
    let ids: std::collections::BTreeSet<String> =
        messages.iter().map(|content| content["message_id"].to_string()).collect();
    assert_eq!(ids.len(), 1, "tried again under the same id");
    assert_eq!(messages[0]["messages"], json!({peer.alice(): {"*": {"number": 1}}}));
    assert_eq!((&messages[0]["sender"], &messages[0]["type"]), (&json!(bob.id), &json!("org.example.note")));
}

#[tokio::test]
async fn a_server_whose_last_member_is_kicked_hears_of_it() {
    let (peer, server, bob) = Peer::with_guest(RoomVersionId::V12).await;
    let room = bob.room().await;
    let alice = ruma::UserId::parse(peer.alice()).expect("a user id");
    // Alice was invited, and is turned away again: nobody of the peer is in the room.
    bob.post(&format!("/v3/rooms/{}/ban", segment(&room)), json!({"user_id": alice})).await.ok();
    let banned = |peer: &Peer| {
        peer.sent("pdus")
            .iter()
            .any(|pdu| pdu["content"]["membership"] == "ban" && pdu["state_key"] == json!(alice))
    };
    until(&peer, banned).await;
    bob.say(&room, "among us").await;
    bob.say(&peer.room_id(), "to all").await;
    until(&peer, |peer| !texts(peer).is_empty()).await;
    assert_eq!(texts(&peer), ["to all"]);
    drop(server);
}

#[tokio::test]
async fn who_types_and_reads_and_is_here_is_told() {
    let (peer, _server, bob) = Peer::with_guest(RoomVersionId::V12).await;
    let room = peer.room_id();
    let event = bob.say(&room, "hello").await;
    let typing = |typing: bool| json!({"typing": typing, "timeout": 20_000});
    let path = format!("/v3/rooms/{}/typing/{}", segment(&room), segment(&bob.id));
    bob.put(&path, typing(true)).await.ok();
    until(&peer, |peer| !peer.edus("m.typing").is_empty()).await;
    bob.put(&path, typing(false)).await.ok();
    until(&peer, |peer| peer.edus("m.typing").len() > 1).await;
    let told = |typing: bool| json!({"room_id": room, "user_id": bob.id, "typing": typing});
    assert_eq!(peer.edus("m.typing"), [told(true), told(false)]);

    let path = format!("/v3/rooms/{}/receipt/m.read/{}", segment(&room), segment(&event));
    bob.post(&path, json!({"thread_id": "main"})).await.ok();
    let path = format!("/v3/rooms/{}/receipt/m.read.private/{}", segment(&room), segment(&event));
    bob.post(&path, json!({})).await.ok();
    until(&peer, |peer| !peer.edus("m.receipt").is_empty()).await;
    let receipt = &peer.edus("m.receipt")[0][&room]["m.read"][&bob.id];
    assert_eq!((&receipt["event_ids"], &receipt["data"]["thread_id"]), (&json!([event]), &json!("main")));
    assert!(receipt["data"]["ts"].is_u64());

    let status = json!({"presence": "unavailable", "status_msg": "out to lunch"});
    bob.put(&format!("/v3/presence/{}/status", segment(&bob.id)), status).await.ok();
    let away = |peer: &Peer| {
        let push = peer
            .edus("m.presence")
            .into_iter()
            .flat_map(|content| content["push"].as_array().cloned().unwrap_or_default());
        push.into_iter().any(|told| {
            told["user_id"] == json!(bob.id)
                && told["presence"] == "unavailable"
                && told["status_msg"] == "out to lunch"
        })
    };
    until(&peer, away).await;
    assert_eq!(peer.edus("m.receipt").len(), 1, "a private receipt is nobody's");
}
