//! Another server does not take a transaction: what it does not take is left out, and the rest arrives.

use ruma::RoomVersionId;
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use testing::{Asked, Peer, Reply, TestUser, segment};

/// From now on the peer is away, until the switch is off; then it refuses what `refuses` names a status for. What it has taken comes into
/// the list.
fn pick(
    peer: &Peer,
    refuses: impl Fn(&Value) -> Option<u16> + Send + Sync + 'static,
) -> (Arc<AtomicBool>, Arc<parking_lot::Mutex<Vec<Value>>>) {
    let (away, taken) = (Arc::new(AtomicBool::new(true)), Arc::new(parking_lot::Mutex::new(Vec::new())));
    let (is_away, take) = (Arc::clone(&away), Arc::clone(&taken));
    peer.script(move |asked: &Asked| {
        if asked.what != "send" {
            return None;
        }
        let status = if is_away.load(Ordering::SeqCst) { Some(503) } else { refuses(&asked.body) };
        if status.is_none() {
            take.lock().push(asked.body.clone());
        }
        status.map(|status| Reply::Json(status, json!({"errcode": "M_UNKNOWN", "error": "not that"})))
    });
    (away, taken)
}

fn texts(body: &Value) -> Vec<String> {
    let pdus = body["pdus"].as_array().into_iter().flatten();
    pdus.filter_map(|pdu| pdu["content"]["body"].as_str().map(str::to_owned)).collect()
}

/// Bob says so much, and reads it, while the peer is away; then it is there. All that it has taken once it has the last of it.
async fn after_an_absence(
    peer: &Peer,
    bob: &TestUser,
    said: &[String],
    refuses: fn(&Value) -> Option<u16>,
) -> Vec<Value> {
    let (away, taken) = pick(peer, refuses);
    let room = peer.room_id();
    let mut last = String::new();
    for text in said {
        last = bob.say(&room, text).await;
    }
    let path = format!("/v3/rooms/{}/receipt/m.read/{}", segment(&room), segment(&last));
    bob.post(&path, json!({})).await.ok();
    peer.until_asked("send", 1).await;
    away.store(false, Ordering::SeqCst);
    let mut seen = 0;
    while !taken.lock().iter().any(|body| texts(body).last() == said.last()) {
        seen = peer.until_asked("send", seen + 1).await.len();
    }
    let taken = taken.lock();
    taken.clone()
}

#[tokio::test]
async fn one_event_that_is_not_taken_does_not_hold_up_the_rest() {
    let (peer, _server, bob) = Peer::with_guest(RoomVersionId::V12).await;
    let said: Vec<String> = (0..30).map(|n| if n == 12 { "bad".to_owned() } else { n.to_string() }).collect();
    let is_bad = |body: &Value| texts(body).iter().any(|text| text == "bad").then_some(400);
    let taken = after_an_absence(&peer, &bob, &said, is_bad).await;
    let arrived: Vec<String> = taken.iter().flat_map(texts).collect();
    let expected: Vec<String> = said.iter().filter(|text| *text != "bad").cloned().collect();
    assert_eq!(arrived, expected);
    let alone = peer.asked("send").iter().filter(|asked| texts(&asked.body) == ["bad"]).count();
    assert_eq!(alone, 1, "it was tried alone once, and is not tried again");
    let read = taken.iter().flat_map(|body| body["edus"].as_array().cloned().unwrap_or_default());
    assert_eq!(
        read.filter(|edu| edu["edu_type"] == "m.receipt").count(),
        1,
        "who has read is told all the same"
    );
}

#[tokio::test]
async fn what_is_too_large_at_once_comes_in_parts() {
    let (peer, _server, bob) = Peer::with_guest(RoomVersionId::V12).await;
    let said: Vec<String> = (0..20).map(|n| n.to_string()).collect();
    let is_large = |body: &Value| (texts(body).len() > 3).then_some(413);
    let taken = after_an_absence(&peer, &bob, &said, is_large).await;
    assert_eq!(taken.iter().flat_map(texts).collect::<Vec<_>>(), said);
}
