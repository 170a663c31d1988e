//! Web Push straight from the server (MSC4174; RFC 8030, 8291, 8292).

use serde_json::{Value, json};
use testing::{Browser, PushAnswer, PushPoint, TestServer, TestUser, eventually, segment, vapid_claims};

/// A room of alice and bob, and a browser of bob's.
struct Here {
    server: TestServer,
    alice: TestUser,
    bob: TestUser,
    room: String,
    service: PushPoint,
    browser: Browser,
}

impl Here {
    async fn start() -> Self {
        Self::with(|_| ()).await
    }

    async fn with(change: impl FnOnce(&mut Value)) -> Self {
        let server = TestServer::start_with(PushPoint::believed).await;
        let (alice, bob) = (server.user("alice").await, server.user("bob").await);
        let room = alice.room_with(json!({"preset": "public_chat", "name": "News"})).await;
        bob.join(&room).await;
        let (service, browser) = (PushPoint::secure().await, Browser::new());
        service.answers(|_| PushAnswer::Json(201, json!(null)));
        let mut pusher = browser.pusher(&service, "/wp/secret");
        change(&mut pusher);
        bob.post("/v3/pushers/set", pusher).await.ok();
        Self { server, alice, bob, room, service, browser }
    }

    async fn read(&self, event: &str) {
        let path = format!("/v3/rooms/{}/receipt/m.read/{}", segment(&self.room), segment(event));
        self.bob.post(&path, json!({})).await.ok();
    }

    async fn until_removed(&self) {
        eventually(async || {
            let listed = self.bob.get("/v3/pushers").await.ok();
            if listed["pushers"] == json!([]) { Ok(()) } else { Err(listed.to_string()) }
        })
        .await;
    }
}

async fn key_of(user: &TestUser) -> String {
    let capabilities = user.get("/v3/capabilities").await.ok()["capabilities"].clone();
    assert_eq!(capabilities["m.webpush"], capabilities["org.matrix.msc4174.webpush"]);
    assert_eq!(capabilities["m.webpush"]["enabled"], true);
    capabilities["m.webpush"]["vapid"].as_str().expect("a key").to_owned()
}

#[tokio::test]
async fn the_browser_alone_reads_what_is_pushed() {
    let here = Here::start().await;
    let event = here.alice.say(&here.room, "hello").await;
    let pushed = here.service.until(1).await.remove(0);
    let expected = json!({
        "event_id": event,
        "room_id": here.room,
        "type": "m.room.message",
        "sender": here.alice.id,
        "sender_display_name": "alice",
        "room_name": "News",
        "content": {"msgtype": "m.text", "body": "hello"},
        "prio": "high",
        "counts": {"unread": 1},
        "tweaks": {"sound": "default"},
    });
    assert_eq!(here.browser.read(&pushed), expected);
    assert_eq!(pushed.path, "/wp/secret");
    assert_eq!(
        (pushed.header("ttl"), pushed.header("urgency"), pushed.header("topic")),
        ("86400", "high", "")
    );
    let claims = vapid_claims(&pushed, &key_of(&here.bob).await);
    assert_eq!((&claims["aud"], &claims["sub"]), (&json!(here.service.url("")), &json!("https://localhost")));
    let listed = here.bob.get("/v3/pushers").await.ok()["pushers"][0].clone();
    assert_eq!((&listed["activated"], &listed["kind"]), (&json!(true), &json!("org.matrix.msc4174.webpush")));
}

#[tokio::test]
async fn the_key_stays_the_same_and_the_subscription_works_after_a_restart() {
    let here = Here::start().await;
    let key = key_of(&here.bob).await;
    let server = here.server.restart().await;
    let (alice, bob) = (here.alice.at(&server), here.bob.at(&server));
    assert_eq!(key_of(&bob).await, key);
    alice.say(&here.room, "hello").await;
    vapid_claims(&here.service.until(1).await[0], &key);
}

#[tokio::test]
async fn what_is_too_long_is_cut() {
    let here = Here::start().await;
    let event = here.alice.say(&here.room, &"💬 long ".repeat(3_000)).await;
    let said = here.browser.read(&here.service.until(1).await[0]);
    assert_eq!((&said["event_id"], &said["room_name"]), (&json!(event), &json!("News")));
    assert!(
        said["content"]["body"]
            .as_str()
            .is_some_and(|body| body.starts_with("💬 long ") && body.ends_with('…'))
    );
}

#[tokio::test]
async fn counts_alone_are_pushed_to_those_who_want_them() {
    let here = Here::with(|pusher| pusher["data"]["format"] = "event_id_only".into()).await;
    let quiet = Browser::new();
    let mut pusher = quiet.pusher(&here.service, "/wp/quiet");
    pusher["data"]["events_only"] = true.into();
    here.bob.post("/v3/pushers/set", pusher).await.ok();
    let event = here.alice.say(&here.room, "hello").await;
    here.service.until(2).await;
    here.read(&event).await;
    let pushed = here.service.until(3).await;
    let counts = json!({"counts": {"unread": 0}, "prio": "low"});
    assert_eq!(here.browser.read(&pushed[2]), counts);
    assert_eq!((pushed[2].header("topic"), pushed[2].header("urgency")), ("unread", "low"));
    let brief = json!({"event_id": event, "room_id": here.room, "counts": {"unread": 1}, "prio": "high"});
    let first = pushed.iter().find(|one| one.path == "/wp/secret").expect("pushed");
    assert_eq!(here.browser.read(first), brief);
    here.alice.say(&here.room, "again").await;
    let last = here.service.until(5).await;
    assert_eq!(last.iter().filter(|one| one.path == "/wp/quiet").count(), 2);
}

#[tokio::test]
async fn a_subscription_that_ended_takes_its_pusher_along() {
    for status in [404, 410] {
        let here = Here::start().await;
        here.service.answers(move |_| PushAnswer::Json(status, json!({})));
        here.alice.say(&here.room, "hello").await;
        here.until_removed().await;
        assert_eq!(here.service.got().len(), 1);
    }
}

#[tokio::test]
async fn a_push_service_that_wants_peace_gets_it() {
    let here = Here::start().await;
    here.service.answers(|_| PushAnswer::Header(429, "retry-after", "3".to_owned()));
    let start = tokio::time::Instant::now();
    let event = here.alice.say(&here.room, "hello").await;
    here.service.until(1).await;
    here.service.answers(|_| PushAnswer::Json(201, json!(null)));
    let pushed = here.service.until(2).await;
    assert!(start.elapsed().as_millis() >= 3_000, "not before the time that was asked for");
    assert_eq!(here.browser.read(&pushed[1])["event_id"], event.as_str());
}

#[tokio::test]
async fn subscriptions_that_make_no_sense_are_refused() {
    let here = Here::start().await;
    let set = async |change: &dyn Fn(&mut Value)| {
        let mut pusher = here.browser.pusher(&here.service, "/x");
        change(&mut pusher);
        here.bob.post("/v3/pushers/set", pusher).await
    };
    for key in ["url", "auth"] {
        let lacking = set(&|pusher| drop(pusher["data"].as_object_mut().unwrap().remove(key))).await;
        lacking.refused(400, "M_MISSING_PARAM");
    }
    for url in ["", "http://127.0.0.1/x", "https://", "x"] {
        set(&|pusher| pusher["data"]["url"] = url.into()).await.refused(400, "M_INVALID_PARAM");
    }
    let off_the_curve = format!("BA{}", "A".repeat(85));
    for key in ["x", "AAAA", &off_the_curve] {
        set(&|pusher| pusher["pushkey"] = key.into()).await.refused(400, "M_INVALID_PARAM");
    }
    for auth in ["", "AAAA", "!"] {
        set(&|pusher| pusher["data"]["auth"] = auth.into()).await.refused(400, "M_INVALID_PARAM");
    }
    let older = set(&|pusher| {
        let data = pusher["data"].as_object_mut().unwrap();
        let url = data.remove("url").unwrap();
        data.insert("endpoint".to_owned(), url);
        pusher["kind"] = "webpush".into();
    });
    older.await.ok();

    let off = TestServer::start_with(|config| config.push.enabled = false).await;
    let carol = off.user("carol").await;
    let capabilities = carol.get("/v3/capabilities").await.ok();
    assert_eq!(capabilities["capabilities"]["m.webpush"], json!({"enabled": false}));
    let pusher = here.browser.pusher(&here.service, "/x");
    carol.post("/v3/pushers/set", pusher).await.refused(400, "M_INVALID_PARAM");
}
