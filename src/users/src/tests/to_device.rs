use super::Here;
use crate::{Identity, Settings, to_device::Messages};
use bytes::Bytes;
use ruma::{server_name, user_id};
use serde_json::{Value, json};
use std::time::Duration;
use storage::{Commit, Durability, Position};

fn to(who: &Identity, device: &str, content: &Value) -> Messages {
    serde_json::from_value(json!({ who.user_id.as_str(): { device: content } })).expect("messages")
}

impl Here {
    fn waiting(&self, who: &Identity, since: Position) -> Vec<u64> {
        let messages = self.users.to_device.messages(who.device, since, self.now(), 1_000).expect("read");
        messages.iter().map(|(_, json)| number(json)).collect()
    }
}

fn number(json: &Bytes) -> u64 {
    let event: Value = serde_json::from_slice(json).expect("json");
    assert_eq!(event["type"], "m.test");
    event["content"]["n"].as_u64().expect("a number")
}

#[tokio::test]
async fn messages_come_once_in_order_until_they_are_acknowledged() {
    let here = Here::new().await;
    let (alice, bob) = (here.person("alice", "A").await, here.person("bob", "B").await);
    let start = here.now();
    for n in 0..5 {
        let messages = to(&bob, "B", &json!({"n": n}));
        for _ in 0..2 {
            here.users.to_device.send(&alice, "m.test", &format!("txn{n}"), &messages).await.expect("sent");
        }
    }
    let here = here.again().await;
    here.users
        .to_device
        .send(&alice, "m.test", "txn4", &to(&bob, "B", &json!({"n": 4})))
        .await
        .expect("known");
    assert_eq!(here.waiting(&bob, start), [0, 1, 2, 3, 4]);
    let first = here.users.to_device.messages(bob.device, start, here.now(), 2).expect("read");
    assert_eq!(first.len(), 2);
    let since = first[1].0;
    assert_eq!(here.waiting(&bob, since), [2, 3, 4]);
    here.users.to_device.acknowledge(bob.device, since).await.expect("noted");
    here.users.devices.rename(&bob.user_id, "B".into(), Some("written behind it")).await.expect("renamed");
    assert_eq!(here.waiting(&bob, Position::ZERO), [2, 3, 4], "what is acknowledged is gone");
}

#[tokio::test]
async fn a_star_reaches_all_devices() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await;
    let other = here.who(&here.login(&alice.user_id, "B", false).await.access_token);
    let mut messages = to(&alice, "*", &json!({"n": 1}));
    messages.extend(
        serde_json::from_value::<Messages>(json!({"@far:away.org": {"*": {"n": 2}}})).expect("messages"),
    );
    here.users.to_device.send(&alice, "m.test", "t", &messages).await.expect("sent");
    assert!(here.users.to_device.remote_servers().expect("read").is_empty(), "there are no other servers");
    assert_eq!(
        (here.waiting(&alice, Position::ZERO), here.waiting(&other, Position::ZERO)),
        (vec![1], vec![1])
    );
}

#[tokio::test]
async fn a_full_queue_loses_its_oldest() {
    let mut settings = Settings { ..super::settings() };
    settings.limits.to_device_queue = 20;
    let here = Here::with(settings).await;
    let alice = here.person("alice", "A").await;
    for n in 0..50 {
        here.users
            .to_device
            .send(&alice, "m.test", &n.to_string(), &to(&alice, "A", &json!({"n": n})))
            .await
            .expect("sent");
    }
    let waiting = here.waiting(&alice, Position::ZERO);
    assert!(waiting.len() <= 20 && waiting.len() >= 15, "{waiting:?}");
    assert_eq!(waiting, (50 - waiting.len() as u64..50).collect::<Vec<_>>());
}

#[tokio::test]
async fn transaction_ids_are_forgotten_after_a_day() {
    let here = Here::new().await;
    let alice = here.person("alice", "A").await;
    let messages = to(&alice, "A", &json!({"n": 1}));
    here.users.to_device.send(&alice, "m.test", "t", &messages).await.expect("sent");
    here.clock.advance(Duration::from_secs(86_401));
    here.users.to_device.tidy().await.expect("tidied");
    here.users.to_device.send(&alice, "m.test", "t", &messages).await.expect("sent");
    assert_eq!(here.waiting(&alice, Position::ZERO), [1, 1]);
}

#[tokio::test]
async fn what_is_for_other_servers_waits_until_they_have_it() {
    let here = Here::with(Settings { federates: true, ..super::settings() }).await;
    let alice = here.person("alice", "A").await;
    let to_device = &here.users.to_device;
    let away = server_name!("away.org");
    for n in 0..3 {
        let messages =
            json!({"@far:away.org": {"*": {"n": n}}, "@near:here.org": {"X": {}}, "@x:far.org": {"Y": {}}});
        let messages: Messages = serde_json::from_value(messages).expect("messages");
        for _ in 0..2 {
            to_device.send(&alice, "m.test", &n.to_string(), &messages).await.expect("sent");
        }
    }
    assert_eq!(to_device.remote_servers().expect("read"), ["away.org", "far.org"]);
    let waiting = to_device.outgoing(away, None, 10).expect("read");
    let contents: Vec<Value> =
        waiting.iter().map(|(_, json)| serde_json::from_slice(json).expect("json")).collect();
    assert_eq!(contents.len(), 3);
    for (n, content) in contents.iter().enumerate() {
        assert_eq!(content["messages"], json!({"@far:away.org": {"*": {"n": n}}}));
        assert_eq!((&content["sender"], &content["type"]), (&json!("@alice:here.org"), &json!("m.test")));
    }
    assert_ne!(contents[0]["message_id"], contents[1]["message_id"]);
    assert_eq!(to_device.outgoing(away, Some(waiting[0].0), 1).expect("read")[0].0, waiting[1].0);
    let mut commit = Commit::new(Durability::Sync);
    to_device.delivered(&mut commit, away, [waiting[0].0, waiting[1].0]);
    here.store.commit(commit).await.expect("written");
    let left = to_device.outgoing(away, None, 10).expect("read");
    assert_eq!(left.iter().map(|(place, _)| *place).collect::<Vec<_>>(), [waiting[2].0]);
    assert_eq!(to_device.outgoing(server_name!("far.org"), None, 10).expect("read").len(), 3);
}

#[tokio::test]
async fn a_message_from_elsewhere_comes_once() {
    let here = Here::new().await;
    let bob = here.person("bob", "B").await;
    let sender = user_id!("@far:away.org");
    let messages = to(&bob, "*", &json!({"n": 7}));
    for id in ["a", "a", "b", "a"] {
        here.users.to_device.receive(id.into(), sender, "m.test", &messages).await.expect("taken");
    }
    assert_eq!(here.waiting(&bob, Position::ZERO), [7, 7]);
    here.clock.advance(Duration::from_secs(4 * 86_400));
    here.users.to_device.tidy().await.expect("tidied");
    here.users.to_device.receive("a".into(), sender, "m.test", &messages).await.expect("taken");
    assert_eq!(here.waiting(&bob, Position::ZERO).len(), 3, "ids are forgotten in the end");
}
