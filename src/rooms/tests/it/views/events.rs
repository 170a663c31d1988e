//! Events in the form of clients.

use super::draft;
use crate::common::{TestRooms, user};
use rooms::{Draft, TxnKey, ViewOptions};
use serde_json::{Value, json};
use std::time::Duration;

#[tokio::test]
async fn a_message_has_what_clients_need_and_its_age() {
    let t = TestRooms::new();
    let alice = user("alice");
    let room = t.room(&alice).await;
    let sent = t.say(&room, &alice, "hello").await;
    t.clock.advance(Duration::from_millis(42));
    let shown = t.shown(&room, &alice, &sent.event_id);
    assert_eq!(shown["content"], json!({"msgtype": "m.text", "body": "hello"}));
    assert_eq!(shown["room_id"], json!(room));
    assert_eq!(shown["event_id"], json!(sent.event_id));
    assert_eq!(shown["unsigned"], json!({"age": 42, "membership": "join"}));
    for hidden in ["prev_events", "auth_events", "hashes", "signatures", "depth"] {
        assert_eq!(shown.get(hidden), None, "{hidden}");
    }
}

#[tokio::test]
async fn only_the_sending_device_is_told_the_transaction() {
    let t = TestRooms::new();
    let alice = user("alice");
    let room = t.room(&alice).await;
    let mine = t.rooms.ids().device(t.num(&alice), "PHONE".into()).unwrap();
    let other = t.rooms.ids().device(t.num(&alice), "LAPTOP".into()).unwrap();
    let txn = Some(TxnKey { device: mine, txn_id: "once".to_owned() });
    let draft = Draft { txn, ..draft(&alice, "m.room.message", json!({"body": "x"})) };
    let sent = t.rooms.send(&room, draft).await.unwrap();
    let transaction = |device| {
        let mut view = t.rooms.client_view(&t.info(&room), ViewOptions::of(t.num(&alice), device));
        let shown: Value = serde_json::from_slice(&view.json(&t.event(&sent.event_id)).unwrap()).unwrap();
        shown["unsigned"]["transaction_id"].clone()
    };
    assert_eq!(transaction(Some(mine)), json!("once"));
    assert_eq!(transaction(Some(other)), Value::Null);
    assert_eq!(transaction(None), Value::Null);
}

#[tokio::test]
async fn state_says_what_it_replaced() {
    let t = TestRooms::new();
    let alice = user("alice");
    let room = t.room(&alice).await;
    let first = t.set(&room, &alice, "m.room.topic", "", json!({"topic": "one"})).await;
    let second = t.set(&room, &alice, "m.room.topic", "", json!({"topic": "two"})).await;
    let unsigned = &t.shown(&room, &alice, &second.event_id)["unsigned"];
    assert_eq!(unsigned["prev_content"], json!({"topic": "one"}));
    assert_eq!(unsigned["replaces_state"], json!(first.event_id));
    assert_eq!(t.shown(&room, &alice, &first.event_id)["unsigned"].get("prev_content"), None);
}

#[tokio::test]
async fn redacted_events_are_empty_and_say_why() {
    let t = TestRooms::new();
    let alice = user("alice");
    let room = t.room(&alice).await;
    let sent = t.say(&room, &alice, "secret").await;
    assert_eq!(t.shown(&room, &alice, &sent.event_id)["content"]["body"], "secret");
    let redaction = t.redact(&room, &alice, &sent.event_id).await;
    let shown = t.shown(&room, &alice, &sent.event_id);
    assert_eq!(shown["content"], json!({}));
    let because = &shown["unsigned"]["redacted_because"];
    assert_eq!(because["event_id"], json!(redaction.event_id));
    assert_eq!(because["redacts"], json!(sent.event_id));
}

#[tokio::test]
async fn edits_threads_and_references_come_with_the_event() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    t.join(&room, &bob).await;
    let root = t.say(&room, &alice, "root").await.event_id;
    assert_eq!(t.shown(&room, &alice, &root)["unsigned"].get("m.relations"), None);
    let reply = t.relate(&room, &bob, "m.thread", &root).await.event_id;
    let reference = t.relate(&room, &bob, "m.reference", &root).await.event_id;
    let edit = |text: &str| json!({"body": "*", "m.new_content": {"body": text}, "m.relates_to": {"rel_type": "m.replace", "event_id": root}});
    t.send(&room, &alice, "m.room.message", edit("first")).await;
    t.clock.advance(Duration::from_secs(1));
    let second = t.send(&room, &alice, "m.room.message", edit("second")).await.event_id;
    t.clock.advance(Duration::from_secs(1));
    t.send(&room, &bob, "m.room.message", edit("not mine to edit")).await;

    let relations = t.shown(&room, &alice, &root)["unsigned"]["m.relations"].clone();
    assert_eq!(relations["m.replace"]["event_id"], json!(second));
    assert_eq!(relations["m.replace"]["content"]["m.new_content"]["body"], "second");
    assert_eq!(relations["m.thread"]["count"], 1);
    assert_eq!(relations["m.thread"]["latest_event"]["event_id"], json!(reply));
    assert_eq!(relations["m.thread"]["current_user_participated"], true);
    assert_eq!(relations["m.reference"], json!({"chunk": [{"event_id": reference}]}));

    t.redact(&room, &alice, &second).await;
    let relations = t.shown(&room, &alice, &root)["unsigned"]["m.relations"].clone();
    assert_eq!(relations["m.replace"]["content"]["m.new_content"]["body"], "first");
    t.redact(&room, &alice, &root).await;
    let relations = t.shown(&room, &alice, &root)["unsigned"]["m.relations"].clone();
    assert_eq!(relations.get("m.replace"), None, "a removed message has no edits");
    assert_eq!(relations["m.thread"]["count"], 1);
}

#[tokio::test]
async fn ignored_people_do_not_count() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    t.join(&room, &bob).await;
    let root = t.say(&room, &alice, "root").await.event_id;
    let first = t.relate(&room, &alice, "m.thread", &root).await.event_id;
    t.relate(&room, &bob, "m.thread", &root).await;
    t.relate(&room, &bob, "m.reference", &root).await;
    let ignored = [bob].into();
    let options = ViewOptions { ignored: Some(&ignored), ..ViewOptions::of(t.num(&alice), None) };
    let mut view = t.rooms.client_view(&t.info(&room), options);
    let shown: Value = serde_json::from_slice(&view.json(&t.event(&root)).unwrap()).unwrap();
    let relations = &shown["unsigned"]["m.relations"];
    assert_eq!(relations["m.thread"]["count"], 1);
    assert_eq!(relations["m.thread"]["latest_event"]["event_id"], json!(first));
    assert_eq!(relations.get("m.reference"), None);
}

#[tokio::test]
async fn the_invited_see_the_room_stripped() {
    let t = TestRooms::new();
    let (alice, bob) = (user("alice"), user("bob"));
    let room = t.room(&alice).await;
    t.set(&room, &alice, "m.room.name", "", json!({"name": "Den"})).await;
    let invite = t.rooms.invite(&room, &alice, &bob, crate::common::profile(&bob)).await.unwrap();
    t.set(&room, &alice, "m.room.name", "", json!({"name": "Later"})).await;
    let mut out = Vec::new();
    t.rooms.write_stripped_state(&mut out, &t.event(&invite.event_id)).unwrap();
    let events: Vec<Value> = serde_json::from_slice(&out).unwrap();
    let of = |kind: &str| events.iter().filter(|event| event["type"] == kind).cloned().collect::<Vec<_>>();
    assert_eq!(of("m.room.create").len(), 1);
    assert_eq!(of("m.room.name")[0]["content"]["name"], "Den");
    let members: Vec<_> = of("m.room.member").iter().map(|event| event["state_key"].clone()).collect();
    assert_eq!(members, [json!("@alice:a"), json!("@bob:a")]);
    assert!(events.iter().all(|event| event.get("event_id").is_none() && event.get("unsigned").is_none()));
}
