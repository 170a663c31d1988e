//! Deactivation with `erase`: who was there keeps what they could read, who comes later gets it without its content.

use serde_json::{Value, json};
use testing::{TestServer, TestUser, segment};

async fn read(user: &TestUser, room: &str, event: &str) -> Value {
    user.get(&format!("/v3/rooms/{}/event/{}", segment(room), segment(event))).await.ok()
}

async fn hits(user: &TestUser, term: &str) -> Value {
    let wanted = json!({"search_categories": {"room_events": {"search_term": term}}});
    user.post("/v3/search", wanted).await.ok()["search_categories"]["room_events"]["count"].clone()
}

#[tokio::test]
async fn who_comes_later_gets_no_content_of_who_asked_to_be_forgotten() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    bob.join(&room).await;
    let said = bob.say(&room, "a secret of mine").await;
    let kept = alice.say(&room, "a secret of hers").await;
    let auth = json!({"type": "m.login.password", "password": "the password of bob",
        "identifier": {"type": "m.id.user", "user": bob.id}});
    bob.post("/v3/account/deactivate", json!({"erase": true, "auth": auth})).await.ok();
    let carol = server.user("carol").await;
    carol.join(&room).await;
    check(&alice, &carol, &room, [&said, &kept]).await;
    let server = server.restart().await;
    check(&alice.at(&server), &carol.at(&server), &room, [&said, &kept]).await;
}

async fn check(there: &TestUser, later: &TestUser, room: &str, [erased, kept]: [&str; 2]) {
    assert_eq!(read(there, room, erased).await["content"]["body"], "a secret of mine");
    assert_eq!(read(later, room, erased).await["content"], json!({}));
    assert_eq!(read(later, room, kept).await["content"]["body"], "a secret of hers");
    let page = format!("/v3/rooms/{}/messages?dir=b&limit=50", segment(room));
    assert!(!later.get(&page).await.ok().to_string().contains("of mine"));
    assert_eq!(hits(there, "secret").await, 2);
    assert_eq!(hits(later, "secret").await, 1);
}
