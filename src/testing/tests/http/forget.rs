//! Forgetting rooms.

use serde_json::json;
use testing::{TestServer, segment};

#[tokio::test]
async fn only_rooms_that_were_left_can_be_forgotten() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let (forget, messages) = (
        format!("/v3/rooms/{}/forget", segment(&room)),
        format!("/v3/rooms/{}/messages?dir=b", segment(&room)),
    );
    assert_eq!(bob.post(&forget, json!({})).await.status, 400);
    bob.leave(&room).await;
    bob.get(&messages).await.ok();
    bob.post(&forget, json!({})).await.ok();
    bob.get(&messages).await.refused(403, "M_FORBIDDEN");
    let left = bob.sync_with(None, "&filter=%7B%22room%22%3A%7B%22include_leave%22%3Atrue%7D%7D").await;
    assert!(left["rooms"]["leave"].get(&room).is_none(), "{left}");
    bob.join(&room).await;
    bob.get(&messages).await.ok();
}

#[tokio::test]
async fn other_devices_hear_of_the_leave_all_the_same() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let phone = server.login("bob").await;
    let room = alice.room().await;
    bob.join(&room).await;
    let since = phone.now().await;
    bob.leave(&room).await;
    bob.post(&format!("/v3/rooms/{}/forget", segment(&room)), json!({})).await.ok();
    phone.sync_until(&since, |answer| answer["rooms"]["leave"].get(&room).is_some()).await;
}
