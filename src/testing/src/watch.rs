//! What people wait for in rooms.

use crate::{TestUser, segment, user::PATIENCE};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};

impl TestUser {
    /// Waits until an event is in a room's timeline, and gives it as it is shown.
    pub async fn shown(&self, since: &str, room: &str, event: &str) -> Value {
        self.event_that(since, room, |shown| shown["event_id"] == event).await
    }

    /// Waits until a room's state has this content of a kind for a key, and gives the event.
    pub async fn told(&self, since: &str, room: &str, kind: &str, key: &str, content: Value) -> Value {
        let is_it = |event: &Value| {
            event["type"] == kind && event["state_key"] == key && includes(&event["content"], &content)
        };
        self.event_that(since, room, is_it).await
    }

    /// Waits until somebody's membership is this, for those who are in the room.
    pub async fn sees_member(&self, since: &str, room: &str, user: &str, membership: &str) -> Value {
        self.told(since, room, "m.room.member", user, json!({"membership": membership})).await
    }

    /// Waits for the first event of a joined or left room, in its timeline or the state before it, that is the right one.
    pub async fn event_that(&self, since: &str, room: &str, is_it: impl Fn(&Value) -> bool) -> Value {
        let find = |answer: &Value| events(answer, room).find(|event| is_it(event)).cloned();
        let answer = self.sync_until(since, |answer| find(answer).is_some()).await;
        find(&answer).expect("what was waited for")
    }

    /// Waits until a room is among those of one's own with this membership (`join`, `invite`, `knock`, `leave`), and gives what
    /// the sync says of it.
    pub async fn listed(&self, since: &str, membership: &str, room: &str) -> Value {
        let answer = self.sync_until(since, |answer| answer["rooms"][membership][room].is_object()).await;
        answer["rooms"][membership][room].clone()
    }

    /// The ids of the events that are a room's state.
    pub async fn state_ids(&self, room: &str) -> BTreeSet<String> {
        let state = self.get(&format!("/v3/rooms/{}/state", segment(room))).await.ok();
        let ids = state.as_array().expect("a list of events").iter().map(|event| event["event_id"].as_str());
        ids.map(|id| id.expect("an event id").to_owned()).collect()
    }

    /// All events of a room, from the newest to the oldest that can be had.
    pub async fn history(&self, room: &str) -> Vec<Value> {
        let mut events = Vec::new();
        let mut from = String::new();
        loop {
            let path = format!("/v3/rooms/{}/messages?dir=b&limit=50{from}", segment(room));
            let page = self.get(&path).await.ok();
            events.extend(page["chunk"].as_array().expect("a page has a chunk").iter().cloned());
            match page["end"].as_str() {
                Some(end) if events.len() < 10_000 => from = format!("&from={}", segment(end)),
                _ => return events,
            }
        }
    }
}

/// Asks again and again until all is well.
///
/// # Panics
/// With the last complaint, when that takes too long.
pub async fn eventually<T>(ask: impl AsyncFn() -> Result<T, String>) -> T {
    let mut complaint = String::new();
    let asked = async {
        loop {
            match ask().await {
                Ok(answer) => return answer,
                Err(why) => complaint = why,
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let asked = tokio::time::timeout(PATIENCE * 2, asked).await;
    asked.unwrap_or_else(|_| panic!("in vain: {complaint}"))
}

/// What is in one set of ids and not in the other.
pub fn same(one: &BTreeSet<String>, other: &BTreeSet<String>) -> Result<(), String> {
    let odd: Vec<_> = one.symmetric_difference(other).collect();
    if odd.is_empty() { Ok(()) } else { Err(format!("only on one side: {odd:?}")) }
}

/// The events of a room in a sync's answer.
fn events<'a>(answer: &'a Value, room: &str) -> impl Iterator<Item = &'a Value> {
    let rooms = [&answer["rooms"]["join"][room], &answer["rooms"]["leave"][room]];
    let lists = rooms.into_iter().flat_map(|room| [&room["state"]["events"], &room["timeline"]["events"]]);
    lists.filter_map(Value::as_array).flatten()
}

/// Whether all that `part` has is in `whole`.
fn includes(whole: &Value, part: &Value) -> bool {
    match part.as_object() {
        Some(fields) => fields.iter().all(|(key, value)| includes(&whole[key], value)),
        None => whole == part,
    }
}
