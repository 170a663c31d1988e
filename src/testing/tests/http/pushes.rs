//! What is brought to push gateways (Push Gateway API), and what becomes of it.

use serde_json::{Value, json};
use testing::{PushAnswer, PushPoint, Pushed, TestServer, TestUser, eventually, segment};

/// A room of alice and bob, and bob's pusher at a gateway.
struct Here {
    server: TestServer,
    alice: TestUser,
    bob: TestUser,
    room: String,
    gateway: PushPoint,
}

impl Here {
    async fn start() -> Self {
        Self::on(TestServer::start().await, |_| ()).await
    }

    async fn on(server: TestServer, change: impl FnOnce(&mut Value)) -> Self {
        let (alice, bob) = (server.user("alice").await, server.user("bob").await);
        let room = alice.room_with(json!({"preset": "public_chat", "name": "News"})).await;
        bob.join(&room).await;
        let gateway = PushPoint::plain().await;
        let mut pusher = gateway.pusher("bob's phone");
        change(&mut pusher);
        bob.post("/v3/pushers/set", pusher).await.ok();
        Self { server, alice, bob, room, gateway }
    }

    async fn read(&self, event: &str) {
        let path = format!("/v3/rooms/{}/receipt/m.read/{}", segment(&self.room), segment(event));
        self.bob.post(&path, json!({})).await.ok();
    }

    async fn restarted(self) -> Self {
        let server = self.server.restart().await;
        Self { alice: self.alice.at(&server), bob: self.bob.at(&server), server, ..self }
    }

    fn failed(&self) -> u64 {
        self.server.inside().app().push.sender().expect("pushes are on").figures().failed
    }

    async fn until_failed(&self, times: u64) {
        let failed = async || if self.failed() >= times { Ok(()) } else { Err(self.failed().to_string()) };
        eventually(failed).await;
    }
}

fn unread(said: &Value) -> &Value {
    &said["counts"]["unread"]
}

#[tokio::test]
async fn a_message_is_brought_with_all_that_is_known_of_it() {
    let here = Here::start().await;
    let event = here.alice.say(&here.room, "hello").await;
    let said = here.gateway.notified_of(&event).await;
    let device = said["devices"][0].clone();
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
        "devices": [{
            "app_id": "org.example.app",
            "pushkey": "bob's phone",
            "pushkey_ts": device["pushkey_ts"],
            "tweaks": {"sound": "default"},
        }],
    });
    assert!(device["pushkey_ts"].as_u64().is_some_and(|ts| ts > 1_700_000_000), "seconds: {device}");
    assert_eq!(said, expected);
}

#[tokio::test]
async fn the_rules_decide_what_is_brought_and_how() {
    let here = Here::start().await;
    let carol = here.server.user("carol").await;
    carol.join(&here.room).await;
    here.bob.say(&here.room, "what bob says himself").await;
    let notice = json!({"msgtype": "m.notice", "body": "beep"});
    here.alice.send(&here.room, "m.room.message", notice).await;
    let plain = here.alice.say(&here.room, "to all").await;
    let content = json!({"msgtype": "m.text", "body": "look", "m.mentions": {"user_ids": [here.bob.id]}});
    let mention = here.alice.send(&here.room, "m.room.message", content.clone()).await;
    let said = here.gateway.notified_of(&mention).await;
    assert_eq!(said["devices"][0]["tweaks"], json!({"highlight": true, "sound": "default"}));
    assert_eq!((&said["prio"], unread(&said)), (&json!("high"), &json!(2)));
    let rule = "/v3/pushrules/global/underride/.m.rule.message/enabled";
    here.bob.put(rule, json!({"enabled": false})).await.ok();
    here.alice.say(&here.room, "nobody hears").await;
    let again = here.alice.send(&here.room, "m.room.message", content).await;
    here.gateway.notified_of(&again).await;
    here.bob.put(rule, json!({"enabled": true})).await.ok();
    let last = here.alice.say(&here.room, "heard").await;
    let said = here.gateway.notified_of(&last).await;
    assert_eq!((&said["prio"], said["devices"][0].get("tweaks")), (&json!("low"), None));
    assert_eq!(here.gateway.events(), [plain, mention, again, last]);
}

#[tokio::test]
async fn a_gateway_that_is_to_know_little_is_told_ids_alone() {
    let here =
        Here::on(TestServer::start().await, |pusher| pusher["data"]["format"] = "event_id_only".into()).await;
    let content = json!({"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "secret", "session_id": "s"});
    let event = here.alice.send(&here.room, "m.room.encrypted", content).await;
    let said = here.gateway.notified_of(&event).await;
    let ts = said["devices"][0]["pushkey_ts"].clone();
    let device = json!({"app_id": "org.example.app", "pushkey": "bob's phone", "pushkey_ts": ts, "data": {"format": "event_id_only"}});
    let expected = json!({
        "event_id": event, "room_id": here.room, "prio": "high", "counts": {"unread": 1}, "devices": [device],
    });
    assert_eq!(said, expected);
}

#[tokio::test]
async fn a_call_that_nobody_takes_is_a_missed_one() {
    let here = Here::start().await;
    let call = json!({"call_id": "c", "party_id": "p", "version": "1", "lifetime": 60_000,
        "offer": {"type": "offer", "sdp": ""}});
    let event = here.alice.send(&here.room, "m.call.invite", call).await;
    let said = here.gateway.notified_of(&event).await;
    assert_eq!(said["counts"], json!({"unread": 1, "missed_calls": 1}));
    here.read(&event).await;
    here.gateway.notified(|said| said["counts"] == json!({"unread": 0})).await;
}

#[tokio::test]
async fn an_invite_says_that_it_is_one() {
    let here = Here::start().await;
    let private = here.alice.room_with(json!({"preset": "private_chat"})).await;
    here.alice.invite(&private, &here.bob).await;
    let said = here.gateway.notified(|said| said["type"] == "m.room.member").await;
    assert_eq!((&said["room_id"], &said["membership"]), (&json!(private), &json!("invite")));
    assert_eq!((&said["user_is_target"], unread(&said)), (&json!(true), &json!(1)));
    assert_eq!(said["devices"][0]["tweaks"]["sound"], "default");
}

#[tokio::test]
async fn an_invite_of_another_server_is_brought_too() {
    let (home, elsewhere) = TestServer::pair().await;
    let here = Here::on(home, |_| ()).await;
    let carol = elsewhere.user("carol").await;
    let club = carol.room_with(json!({"preset": "private_chat", "name": "Club"})).await;
    carol.invite(&club, &here.bob).await;
    let said = here.gateway.notified(|said| said["room_id"] == club.as_str()).await;
    assert_eq!((&said["sender"], &said["room_name"]), (&json!(carol.id), &json!("Club")));
    assert_eq!((&said["user_is_target"], &said["membership"]), (&json!(true), &json!("invite")));
}

#[tokio::test]
async fn reading_is_told_once_by_the_count_alone() {
    let here = Here::start().await;
    let first = here.alice.say(&here.room, "one").await;
    here.gateway.notified_of(&first).await;
    let event = here.alice.say(&here.room, "two").await;
    here.gateway.notified_of(&event).await;
    here.read(&event).await;
    let said = here.gateway.notified(|said| *unread(said) == 0).await;
    assert_eq!((said.get("event_id"), said.get("room_id"), &said["prio"]), (None, None, &json!("low")));
    here.read(&event).await;
    here.bob.say(&here.room, "changes nothing").await;
    let next = here.alice.say(&here.room, "three").await;
    here.gateway.notified_of(&next).await;
    let counts: Vec<Value> =
        here.gateway.got().iter().map(|one| unread(&one.notification()).clone()).collect();
    assert_eq!(counts, [1, 2, 0, 1]);
}

#[tokio::test]
async fn a_key_that_is_no_good_any_more_takes_its_pusher_along() {
    let here = Here::start().await;
    here.gateway.answers(|_| PushAnswer::Json(200, json!({"rejected": ["bob's phone"]})));
    here.alice.say(&here.room, "one").await;
    eventually(async || {
        let listed = here.bob.get("/v3/pushers").await.ok();
        if listed["pushers"] == json!([]) { Ok(()) } else { Err(listed.to_string()) }
    })
    .await;
    here.alice.say(&here.room, "two").await;
    let other = PushPoint::plain().await;
    here.bob.post("/v3/pushers/set", other.pusher("other")).await.ok();
    let third = here.alice.say(&here.room, "three").await;
    other.notified_of(&third).await;
    assert_eq!((here.gateway.got().len(), other.events()), (1, vec![third]));
}

#[tokio::test]
async fn what_is_still_unread_waits_for_a_gateway_that_is_down() {
    let here = Here::start().await;
    here.gateway.answers(|_| PushAnswer::Json(503, json!({})));
    let read = here.alice.say(&here.room, "one").await;
    let redacted = here.alice.say(&here.room, "two").await;
    let left = here.alice.say(&here.room, "three").await;
    here.until_failed(2).await;
    here.read(&read).await;
    let path = format!("/v3/rooms/{}/redact/{}/1", segment(&here.room), segment(&redacted));
    here.alice.put(&path, json!({})).await.ok();
    let before = here.gateway.got().len();
    here.gateway.takes_all();
    here.gateway.notified_of(&left).await;
    let after: Vec<Value> = here.gateway.got()[before..].iter().map(Pushed::notification).collect();
    assert!(after.iter().all(|said| said["event_id"] != redacted.as_str()), "{after:#?}");
}

#[tokio::test]
async fn a_restart_goes_on_where_it_was() {
    let here = Here::start().await;
    let first = here.alice.say(&here.room, "one").await;
    here.gateway.notified_of(&first).await;
    here.gateway.answers(|_| PushAnswer::Json(502, json!({})));
    let second = here.alice.say(&here.room, "two").await;
    let third = here.alice.say(&here.room, "three").await;
    here.until_failed(1).await;
    let before = here.gateway.events().len();
    let here = here.restarted().await;
    here.gateway.takes_all();
    here.gateway.notified_of(&third).await;
    let fourth = here.alice.say(&here.room, "four").await;
    here.gateway.notified_of(&fourth).await;
    let since = here.gateway.events().split_off(before);
    let taken: Vec<&String> = since.iter().skip_while(|event| **event == second).collect();
    assert_eq!(taken, [&third, &fourth], "in order, each once: {since:?}");
    assert!(since.contains(&second) && !since.contains(&first));
}

#[tokio::test]
async fn nothing_is_brought_where_it_may_not_go() {
    let server = TestServer::start_with(|config| config.server.allow_private_addresses = false).await;
    let here = Here::on(server, |_| ()).await;
    here.alice.say(&here.room, "one").await;
    here.until_failed(1).await;
    assert!(here.gateway.got().is_empty());

    let here = Here::start().await;
    let elsewhere = here.gateway.url("/elsewhere");
    here.gateway.answers(move |_| PushAnswer::Header(307, "location", elsewhere.clone()));
    here.alice.say(&here.room, "one").await;
    here.until_failed(2).await;
    assert!(here.gateway.got().iter().all(|one| one.path == "/_matrix/push/v1/notify"));
}

#[tokio::test]
async fn an_answer_without_an_end_is_none() {
    let here = Here::start().await;
    here.gateway.answers(|_| PushAnswer::Endless);
    let event = here.alice.say(&here.room, "one").await;
    here.until_failed(1).await;
    here.gateway.takes_all();
    eventually(async || {
        let figures = here.server.inside().app().push.sender().expect("pushes are on").figures();
        if figures.sent == 1 { Ok(()) } else { Err(format!("{figures:?}")) }
    })
    .await;
    assert!(here.gateway.events().iter().all(|one| *one == event));
}

#[tokio::test]
async fn nothing_is_brought_for_devices_that_logged_out_or_where_pushes_are_off() {
    let here = Here::start().await;
    let phone = here.server.login("bob").await;
    phone.post("/v3/pushers/set", here.gateway.pusher("second phone")).await.ok();
    phone.post("/v3/logout", json!({})).await.ok();
    let event = here.alice.say(&here.room, "one").await;
    here.gateway.notified_of(&event).await;
    let keys: Vec<Value> =
        here.gateway.got().iter().map(|one| one.notification()["devices"][0]["pushkey"].clone()).collect();
    assert_eq!(keys, ["bob's phone"]);

    let off = Here::on(TestServer::start_with(|config| config.push.enabled = false).await, |_| ()).await;
    off.alice.say(&off.room, "one").await;
    let since = off.bob.now().await;
    off.alice.say(&off.room, "two").await;
    off.bob.sync_until(&since, |answer| answer["rooms"]["join"][&off.room].is_object()).await;
    assert!(off.gateway.got().is_empty() && off.server.inside().app().push.sender().is_none());
}
