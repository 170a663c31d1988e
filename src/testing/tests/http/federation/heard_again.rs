//! A server that can't be reached is left in peace, and tried again at once when it is heard.

use config::clock::ManualClock;
use ruma::RoomVersionId;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use testing::{Peer, Reply, TestServer, TestUser, segment};

/// A peer that is not there for as long as the switch is on, and a server whose time stands still: it will never be the hour to try
/// again.
struct Outage {
    peer: Peer,
    server: TestServer,
    bob: TestUser,
    time: Arc<ManualClock>,
    away: Arc<AtomicBool>,
}

impl Outage {
    async fn begin() -> Self {
        let peer = Peer::start(RoomVersionId::V12).await;
        let time = Arc::new(ManualClock::default());
        let server = peer.server_in(time.clone()).await;
        let bob = server.user("bob").await;
        peer.bring_in(&server, &bob).await;
        let away = Arc::new(AtomicBool::new(true));
        let is_away = Arc::clone(&away);
        // Its keys can be had as soon as it speaks.
        peer.script(move |asked| {
            (asked.what != "server" && is_away.load(Ordering::SeqCst)).then_some(Reply::HangUp)
        });
        Self { peer, server, bob, time, away }
    }

    /// The peer is there again, and asks something. A second has passed, the least that lies between two tries.
    async fn end(&self) {
        self.away.store(false, Ordering::SeqCst);
        self.time.advance(Duration::from_secs(1));
        let path = format!("/_matrix/federation/v1/user/devices/{}", segment(&self.bob.id));
        self.peer.ask(&self.server, reqwest::Method::GET, &path, None).await.ok();
    }
}

/// The texts that a transaction brought.
fn texts(asked: &testing::Asked) -> Vec<&str> {
    let pdus = asked.body["pdus"].as_array().into_iter().flatten();
    pdus.filter_map(|pdu| pdu["content"]["body"].as_str()).collect()
}

#[tokio::test]
async fn what_waits_for_a_server_is_sent_at_once_when_it_is_heard() {
    let outage = Outage::begin().await;
    let Outage { peer, bob, .. } = &outage;
    bob.say(&peer.room_id(), "hello").await;
    peer.until_asked("send", 1).await;
    // It is asked nothing else meanwhile either.
    let ghost = format!("/v3/profile/{}", segment(&peer.person("ghost")));
    assert_ne!(bob.get(&ghost).await.status, 200);
    assert!(peer.asked("query").is_empty());
    assert_eq!(peer.asked("send").len(), 1);
    outage.end().await;
    let asked = peer.until_asked("send", 2).await;
    assert_eq!(texts(&asked[1]), ["hello"]);
    // And what is said from now on is sent as it is said.
    bob.say(&peer.room_id(), "again").await;
    assert_eq!(texts(&peer.until_asked("send", 3).await[2]), ["again"]);
}

#[tokio::test]
async fn after_a_long_outage_a_server_is_told_where_its_rooms_are_and_not_all_that_was_said() {
    let outage = Outage::begin().await;
    let Outage { peer, server, bob, .. } = &outage;
    let room = peer.room_id();
    for part in 0..22 {
        let texts: Vec<String> = (0..50).map(|number| format!("{part} {number}")).collect();
        futures_util::future::join_all(texts.iter().map(|text| bob.say(&room, text))).await;
    }
    let last = bob.say(&room, "the last").await;
    outage.end().await;
    let mut asked = peer.until_asked("send", 2).await;
    while texts(asked.last().unwrap()).last() != Some(&"the last") {
        asked = peer.until_asked("send", asked.len() + 1).await;
    }
    let told = asked[1..].iter().flat_map(texts).count();
    assert!(told <= 50, "told of {told} events of 1,101");
    // What it was not told it can ask for.
    let path = format!("/_matrix/federation/v1/backfill/{}?v={}&limit=100", segment(&room), segment(&last));
    let past = peer.ask(server, reqwest::Method::GET, &path, None).await.ok();
    assert_eq!(past["pdus"].as_array().unwrap().len(), 100);
    // After that all comes as it is said.
    bob.say(&room, "one more").await;
    let tries = asked.len();
    assert_eq!(texts(&peer.until_asked("send", tries + 1).await[tries]), ["one more"]);
}
