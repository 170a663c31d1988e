//! Figures for operators move with what happens, and are not public.

use ruma::RoomVersionId;
use serde_json::json;
use std::{collections::HashMap, net::SocketAddr};
use testing::{Peer, TestServer, eventually, segment};

fn anywhere(config: &mut config::Config) {
    config.metrics.listen = Some(SocketAddr::from(([127, 0, 0, 1], 0)));
}

/// All figures, by name and labels as they stand there.
async fn figures(server: &TestServer) -> HashMap<String, f64> {
    let address = server.inside().metrics_address().expect("an address for figures");
    let answer = server.http().get(format!("http://{address}/metrics")).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);
    let kind = answer.headers()["content-type"].to_str().unwrap().to_owned();
    assert!(kind.starts_with("text/plain; version=0.0.4"), "{kind}");
    let text = answer.text().await.expect("text");
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.rsplit_once(' ').expect("a name and a value")).map(read).collect()
}

fn read((name, value): (&str, &str)) -> (String, f64) {
    (name.to_owned(), value.parse().expect("a number"))
}

/// One figure; those that nothing was counted for yet are 0.
fn of(figures: &HashMap<String, f64>, name: &str) -> f64 {
    figures.get(name).copied().unwrap_or(0.0)
}

/// Whether a figure is this whole number.
fn is(value: f64, count: u32) -> bool {
    (value - f64::from(count)).abs() < 0.5
}

/// Waits until a figure is so.
async fn until(server: &TestServer, name: &str, is_so: impl Fn(f64) -> bool) {
    eventually(async || {
        let value = of(&figures(server).await, name);
        if is_so(value) { Ok(()) } else { Err(format!("{name} is {value}")) }
    })
    .await;
}

#[tokio::test]
async fn figures_are_on_their_own_address_alone() {
    let server = TestServer::start_with(anywhere).await;
    server.get("/metrics").await.refused(404, "M_UNRECOGNIZED");
    let address = server.inside().metrics_address().unwrap();
    let versions =
        server.http().get(format!("http://{address}/_matrix/client/versions")).send().await.unwrap();
    assert_eq!(versions.status(), 404);
    assert!(TestServer::start().await.inside().metrics_address().is_none(), "off unless it is set");
}

#[tokio::test]
async fn requests_commits_and_files_are_counted() {
    const SEND: &str = "/_matrix/client/v3/rooms/{room_id}/send/{event_type}/{txn_id}";
    let server = TestServer::start_with(anywhere).await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let before = figures(&server).await;
    for text in ["one", "two", "three"] {
        alice.say(&room, text).await;
    }
    alice.get("/v3/rooms/!none:x/state").await.refused(403, "M_FORBIDDEN");
    alice.get("/v3/nothing/of/the/kind").await.refused(404, "M_UNRECOGNIZED");
    alice.upload("text/plain", "a.txt", &[b'a'; 1000]).await;
    let after = figures(&server).await;
    let more = |name: &str| of(&after, name) - of(&before, name);
    let requests = |method: &str, endpoint: &str, status: &str| {
        format!(
            "chatsphere_requests_total{{method=\"{method}\",endpoint=\"{endpoint}\",status=\"{status}\"}}"
        )
    };
    assert!(is(more(&requests("PUT", SEND, "2xx")), 3));
    assert!(is(more(&requests("GET", "/_matrix/client/v3/rooms/{room_id}/state", "4xx")), 1));
    assert!(is(more(&requests("GET", "unknown", "4xx")), 1));
    let took = |what: &str| {
        format!("chatsphere_request_duration_seconds_{what}{{method=\"PUT\",endpoint=\"{SEND}\"}}")
    };
    assert!(is(more(&took("count")), 3));
    assert!(more(&took("sum")) > 0.0);
    assert!(more("chatsphere_commits_total") >= 4.0 && more("chatsphere_commit_syncs_total") >= 1.0);
    assert!(
        more("chatsphere_commit_sync_seconds_total") > 0.0 && more("chatsphere_commit_bytes_total") > 1000.0
    );
    assert!(more("chatsphere_log_position") >= 3.0);
    assert!(is(more("chatsphere_media_bytes{source=\"people\"}"), 1000));
    assert!(is(more("chatsphere_media_files{source=\"people\"}"), 1));
    assert!(is(of(&after, "chatsphere_read_only"), 0));
    for figure in
        ["process_start_time_seconds", "process_resident_memory_bytes", "process_open_fds", "process_max_fds"]
    {
        assert!(of(&after, figure) > 0.0, "{figure}");
    }
    assert!(after.contains_key("chatsphere_database_bytes"));
    // What follows the log comes up with it.
    until(&server, "chatsphere_log_lag_positions{follower=\"push\"}", |lag| is(lag, 0)).await;
    until(&server, "chatsphere_log_lag_positions{follower=\"search\"}", |lag| lag > 0.0).await;
    alice
        .post("/v3/search", json!({"search_categories": {"room_events": {"search_term": "one"}}}))
        .await
        .ok();
    until(&server, "chatsphere_log_lag_positions{follower=\"search\"}", |lag| is(lag, 0)).await;
}

#[tokio::test]
async fn who_waits_for_news_is_counted() {
    let server = TestServer::start_with(anywhere).await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let since = alice.now().await;
    let name = "chatsphere_long_polls_waiting";
    until(&server, name, |waiting| is(waiting, 0)).await;
    let path = format!("/v3/sync?timeout=30000&since={}", segment(&since));
    let wait = alice.get(&path);
    let meanwhile = async {
        until(&server, name, |waiting| is(waiting, 1)).await;
        alice.say(&room, "news").await;
    };
    let (answer, ()) = tokio::join!(wait, meanwhile);
    answer.ok();
    until(&server, name, |waiting| is(waiting, 0)).await;
}

#[tokio::test]
async fn what_passes_between_servers_is_counted() {
    let peer = Peer::start(RoomVersionId::V11).await;
    let server = peer.server_with(anywhere).await;
    let bob = server.user("bob").await;
    peer.bring_in(&server, &bob).await;
    let stranger = peer.person("stranger");
    let (good, denied) = (peer.say("good"), peer.room(|room| room.message(&stranger, "denied").seal()));
    let mut forged: serde_json::Value = serde_json::from_str(peer.say("forged").json()).unwrap();
    forged["origin_server_ts"] = json!(5);
    let pdus = [good, denied].map(|pdu| serde_json::from_str::<serde_json::Value>(pdu.json()).unwrap());
    let body = json!({"origin": peer.name(), "origin_server_ts": 1, "pdus": [pdus[0], pdus[1], forged]});
    let path = "/_matrix/federation/v1/send/mixed";
    peer.ask(&server, reqwest::Method::PUT, path, Some(body)).await.ok();
    let in_all = figures(&server).await;
    assert!(is(of(&in_all, "chatsphere_federation_transactions_total{direction=\"in\"}"), 1));
    for outcome in ["accepted", "rejected", "refused"] {
        let name = format!("chatsphere_federation_received_events_total{{outcome=\"{outcome}\"}}");
        assert!(is(of(&in_all, &name), 1), "{outcome}");
    }
    bob.say(&peer.room_id(), "hello").await;
    until(&server, "chatsphere_federation_transactions_total{direction=\"out\"}", |sent| sent >= 1.0).await;
    until(&server, "chatsphere_federation_sent_events_total", |sent| sent >= 1.0).await;
    until(&server, "chatsphere_federation_destinations_waiting", |waiting| is(waiting, 0)).await;
    peer.script(|asked| (asked.what == "send").then_some(testing::Reply::HangUp));
    bob.say(&peer.room_id(), "are you there?").await;
    until(&server, "chatsphere_federation_transaction_failures_total{direction=\"out\"}", |failed| {
        failed >= 1.0
    })
    .await;
    until(&server, "chatsphere_federation_destinations_in_backoff", |servers| is(servers, 1)).await;
    until(&server, "chatsphere_federation_queued_events{state=\"backoff\"}", |events| is(events, 1)).await;
}
