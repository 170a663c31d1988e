//! Aliases and the room directory.

use serde_json::json;
use testing::{TestServer, segment};

#[tokio::test]
async fn an_alias_leads_to_its_room_until_deleted() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    let path = "/v3/directory/room/%23tea:localhost";
    alice.get(path).await.refused(404, "M_NOT_FOUND");
    alice.put(path, json!({"room_id": room})).await.ok();
    assert_eq!(bob.get(path).await.ok()["room_id"], room.as_str());
    assert_eq!(alice.put(path, json!({"room_id": room})).await.status, 409);
    bob.put("/v3/directory/room/%23mine:localhost", json!({"room_id": room}))
        .await
        .refused(403, "M_FORBIDDEN");
    bob.join("#tea:localhost").await;
    let listed = bob.get(&format!("/v3/rooms/{}/aliases", segment(&room))).await.ok();
    assert_eq!(listed, json!({"aliases": ["#tea:localhost"]}));
    bob.delete(path).await.refused(403, "M_FORBIDDEN");
    alice.delete(path).await.ok();
    alice.get(path).await.refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn the_directory_lists_searches_and_pages() {
    let server = TestServer::start().await;
    let alice = server.user("alice").await;
    for name in ["Green tea", "Black tea", "Coffee"] {
        alice.room_with(json!({"name": name, "visibility": "public", "preset": "public_chat"})).await;
    }
    alice.room_with(json!({"name": "Secret tea"})).await;
    let found = alice.post("/v3/publicRooms", json!({"filter": {"generic_search_term": "TEA"}})).await.ok();
    assert_eq!(found["chunk"].as_array().unwrap().len(), 2, "{found}");
    let mut names = Vec::new();
    let mut from = String::new();
    loop {
        let page = alice.get(&format!("/v3/publicRooms?limit=2{from}")).await.ok();
        names.extend(page["chunk"].as_array().unwrap().iter().map(|room| room["name"].to_string()));
        match page["next_batch"].as_str() {
            Some(next) => from = format!("&since={}", segment(next)),
            None => break,
        }
    }
    names.sort();
    assert_eq!(names, ["\"Black tea\"", "\"Coffee\"", "\"Green tea\""]);
}
