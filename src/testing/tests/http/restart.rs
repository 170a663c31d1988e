//! What was acknowledged is there after a restart, and nothing comes twice.

use testing::{TestServer, eventually, segment};

#[tokio::test]
async fn syncing_goes_on_where_it_was() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let since = bob.now().await;
    let said = alice.say(&room, "before").await;
    let server = server.restart().await;
    let (alice, bob) = (alice.at(&server), bob.at(&server));
    let answer = bob.sync(Some(&since)).await;
    let events = answer["rooms"]["join"][&room]["timeline"]["events"].as_array().unwrap();
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["event_id"], said.as_str());
    let next = alice.say(&room, "after").await;
    let answer = bob.sync(answer["next_batch"].as_str()).await;
    assert_eq!(answer["rooms"]["join"][&room]["timeline"]["events"][0]["event_id"], next.as_str());
    let path = format!("/v3/rooms/{}/messages?dir=b&limit=2", segment(&room));
    let chunk = bob.get(&path).await.ok()["chunk"].clone();
    assert_eq!([&chunk[0]["event_id"], &chunk[1]["event_id"]], [next.as_str(), said.as_str()]);
}

#[tokio::test]
async fn a_long_poll_ends_with_the_server() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    let since = alice.now().await;
    let path = format!("/v3/sync?timeout=30000&since={since}");
    let polling = tokio::spawn(async move { alice.get(&path).await });
    eventually(async || match server.inside().app().sync.waiting() {
        1 => Ok(()),
        others => Err(format!("{others} requests wait")),
    })
    .await;
    server.stop().await;
    let answer = polling.await.unwrap().ok();
    assert!(answer["next_batch"].is_string() && answer["rooms"].is_null(), "{answer}");
}
