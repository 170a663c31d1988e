//! Messages from device to device.

use serde_json::{Value, json};
use testing::{TestServer, TestUser};

async fn tell(from: &TestUser, transaction: &str, to: &TestUser, device: &str, number: usize) {
    let body = json!({"messages": {to.id.clone(): {device: {"number": number}}}});
    from.put(&format!("/v3/sendToDevice/org.example.note/{transaction}"), body).await.ok();
}

fn numbers(answer: &Value) -> Vec<u64> {
    let events = answer["to_device"]["events"].as_array().cloned().unwrap_or_default();
    events.iter().map(|event| event["content"]["number"].as_u64().expect("a number")).collect()
}

fn next(answer: &Value) -> String {
    answer["next_batch"].as_str().expect("a token").to_owned()
}

#[tokio::test]
async fn a_message_comes_until_the_device_has_it() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    let start = bob.now().await;
    tell(&alice, "1", &bob, &bob.device, 1).await;
    let first = bob.sync_until(&start, |answer| !numbers(answer).is_empty()).await;
    let event = &first["to_device"]["events"][0];
    assert_eq!(*event, json!({"sender": alice.id, "type": "org.example.note", "content": {"number": 1}}));
    // The answer got lost on the way: it comes again.
    assert_eq!(numbers(&bob.sync(Some(&start)).await), [1]);
    let after = bob.sync(Some(&next(&first))).await;
    assert_eq!(numbers(&after), Vec::<u64>::new());
    // It has said that it has it: it is gone.
    assert_eq!(numbers(&bob.sync(None).await), Vec::<u64>::new());
}

#[tokio::test]
async fn the_same_transaction_sends_once() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    for _ in 0..3 {
        tell(&alice, "same", &bob, &bob.device, 1).await;
    }
    tell(&alice, "other", &bob, &bob.device, 2).await;
    assert_eq!(numbers(&bob.sync(None).await), [1, 2]);
}

#[tokio::test]
async fn one_device_or_all_are_told() {
    let server = TestServer::start().await;
    let (alice, bob, phone) =
        (server.user("alice").await, server.user("bob").await, server.login("bob").await);
    tell(&alice, "1", &bob, "*", 1).await;
    tell(&alice, "2", &bob, &phone.device, 2).await;
    tell(&alice, "3", &bob, "NOBODYS", 3).await;
    assert_eq!(numbers(&bob.sync(None).await), [1]);
    assert_eq!(numbers(&phone.sync(None).await), [1, 2]);
}

#[tokio::test]
async fn a_long_queue_comes_in_order_over_several_answers() {
    let server = TestServer::start().await;
    let (alice, bob) = (server.user("alice").await, server.user("bob").await);
    for number in 0..230 {
        tell(&alice, &number.to_string(), &bob, &bob.device, number).await;
    }
    let mut answer = bob.sync(None).await;
    let mut seen = numbers(&answer);
    while seen.len() < 230 {
        answer = bob.sync(Some(&next(&answer))).await;
        let more = numbers(&answer);
        assert!(!more.is_empty(), "stopped at {}", seen.len());
        seen.extend(more);
    }
    assert_eq!(seen, (0..230).collect::<Vec<u64>>());
}
