//! Telling those who run the server what is wrong.

use config::Rate;
use reqwest::Method;
use serde_json::{Value, json};
use testing::{Answer, TestServer, TestUser, segment};

async fn admin_get(user: &TestUser, path: &str) -> Answer {
    user.request(Method::GET, &format!("/_synapse/admin/v1/{path}"), None).await
}

async fn list(user: &TestUser, path: &str) -> Value {
    admin_get(user, path).await.ok()
}

#[tokio::test]
async fn admins_read_what_people_report() {
    let server = TestServer::start().await;
    // The first person is the admin.
    let (admin, bob) = (server.user("admin").await, server.user("bob").await);
    let room = admin.room_with(json!({"preset": "public_chat", "name": "Square"})).await;
    bob.join(&room).await;
    let event = admin.say(&room, "rude words").await;
    let path = format!("/v3/rooms/{}/report", segment(&room));
    bob.post(&format!("{path}/{}", segment(&event)), json!({"reason": "rude", "score": -50})).await.ok();
    bob.post(&path, json!({"reason": "all of it"})).await.ok();
    bob.post(&format!("/v3/users/{}/report", segment(&admin.id)), json!({"reason": "her"})).await.ok();

    let events = list(&admin, "event_reports").await;
    assert_eq!(events["total"], 1);
    let report = &events["event_reports"][0];
    assert_eq!(report["reason"], "rude");
    assert_eq!(report["score"], -50);
    assert_eq!((&report["event_id"], &report["room_id"]), (&json!(event), &json!(room)));
    assert_eq!((&report["sender"], &report["user_id"]), (&json!(admin.id), &json!(bob.id)));
    assert_eq!(report["name"], "Square");
    let rooms = list(&admin, "room_reports").await;
    assert_eq!((&rooms["total"], &rooms["room_reports"][0]["reason"]), (&json!(1), &json!("all of it")));
    let people = list(&admin, "user_reports").await;
    assert_eq!(people["user_reports"][0]["target_user_id"], admin.id.as_str());

    let server = server.restart().await;
    let (admin, bob) = (admin.at(&server), bob.at(&server));
    let one = format!("event_reports/{}", report["id"]);
    assert_eq!(list(&admin, &one).await["event_json"]["content"]["body"], "rude words");
    admin_get(&bob, "event_reports").await.refused(403, "M_FORBIDDEN");
    admin_get(&bob, &one).await.refused(403, "M_FORBIDDEN");
    admin.request(Method::DELETE, &format!("/_synapse/admin/v1/{one}"), None).await.ok();
    admin_get(&admin, &one).await.refused(404, "M_NOT_FOUND");
    assert_eq!(list(&admin, "event_reports").await["total"], 0);
}

#[tokio::test]
async fn reports_come_in_pages_and_by_filters() {
    let server = TestServer::start().await;
    let (admin, bob) = (server.user("admin").await, server.user("bob").await);
    let (one, two) = (admin.room().await, admin.room().await);
    for room in [&one, &two, &one] {
        let path = format!("/v3/rooms/{}/report", segment(room));
        bob.post(&path, json!({"reason": room})).await.ok();
    }
    let page = list(&admin, "room_reports?limit=2").await;
    assert_eq!((&page["total"], &page["next_token"]), (&json!(3), &json!(2)));
    assert_eq!(page["room_reports"][0]["room_id"], one.as_str());
    let rest = list(&admin, "room_reports?limit=2&from=2").await;
    assert_eq!(rest["room_reports"].as_array().unwrap().len(), 1);
    assert!(rest.get("next_token").is_none());
    assert!(rest["room_reports"][0]["id"].as_u64() < page["room_reports"][1]["id"].as_u64());
    let of_two = list(&admin, &format!("room_reports?room_id={}", segment(&two))).await;
    assert_eq!(of_two["total"], 1);
    let by_admin = list(&admin, &format!("room_reports?user_id={}", segment(&admin.id))).await;
    assert_eq!(by_admin["total"], 0);
}

#[tokio::test]
async fn what_one_may_not_see_cant_be_reported() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let room = alice.room().await;
    let event = alice.say(&room, "hello").await;
    let path = format!("/v3/rooms/{}/report/{}", segment(&room), segment(&event));
    bob.post(&path, json!({"reason": "x"})).await.refused(404, "M_NOT_FOUND");
    bob.join(&room).await;
    bob.post(&path, json!({})).await.ok();
    let unknown = format!("/v3/rooms/{}/report/{}", segment(&room), segment("$nothing"));
    bob.post(&unknown, json!({"reason": "x"})).await.refused(404, "M_NOT_FOUND");
    let nowhere = format!("/v3/rooms/{}/report", segment("!nowhere:localhost"));
    bob.post(&nowhere, json!({"reason": "x"})).await.refused(404, "M_NOT_FOUND");
    let nobody = format!("/v3/users/{}/report", segment("@nobody:localhost"));
    bob.post(&nobody, json!({"reason": "x"})).await.refused(404, "M_NOT_FOUND");
    let long = json!({"reason": "x".repeat(5_000)});
    bob.post(&path, long).await.refused(413, "M_TOO_LARGE");
}

#[tokio::test]
async fn reports_are_rate_limited() {
    let server = TestServer::start_with(|config| {
        config.rate_limits.enabled = true;
        config.rate_limits.reports = Rate::per_minute(1, 2);
    })
    .await;
    let alice = server.user("alice").await;
    let room = alice.room().await;
    let path = format!("/v3/rooms/{}/report", segment(&room));
    for _ in 0..2 {
        alice.post(&path, json!({"reason": "x"})).await.ok();
    }
    alice.post(&path, json!({"reason": "x"})).await.refused(429, "M_LIMIT_EXCEEDED");
}
