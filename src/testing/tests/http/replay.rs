//! A server whose data came as encoded commits of another answers every read alike (the seam for worker nodes and backups).

use serde_json::{Value, json};
use std::collections::BTreeSet;
use storage::{Group, GroupStream, Options, Store};
use tempfile::TempDir;
use testing::{TestServer, TestUser, segment};

/// A copy of a server's data that follows it commit by commit.
struct Follower {
    folder: TempDir,
    store: Store,
    groups: GroupStream,
}

impl Follower {
    fn of(server: &TestServer) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("db");
        let first = &server.inside().app().store;
        let groups = first.groups();
        first.checkpoint(&path).unwrap();
        let store = Store::open(&path, Options { follow: true, ..Options::default() }).unwrap();
        Self { folder, store, groups }
    }

    /// Takes what the first server wrote, and becomes a server itself.
    async fn serve(mut self, first: &TestServer) -> TestServer {
        first.inside().app().store.flush().unwrap().await.unwrap();
        while let Some(group) = self.groups.try_next() {
            let group = group.unwrap();
            // The checkpoint may have the first ones already.
            if Group::decode(&group).unwrap().last() > self.store.visible() {
                self.store.apply(&group).unwrap();
            }
        }
        assert_eq!(self.store.visible(), first.inside().app().store.visible());
        self.store.close().unwrap();
        drop(self.store);
        first.beside(self.folder).await
    }
}

/// What somebody sees of the server, without what changes from one moment to the next.
async fn view(user: &TestUser, rooms: &[String]) -> Value {
    let mut sync = user.sync(None).await;
    strip_ages(&mut sync);
    let mut seen = vec![sync];
    for room in rooms {
        for path in ["messages?dir=b&limit=100", "state", "members", "threads"] {
            let version = if path == "threads" { "v1" } else { "v3" };
            let answer = user.get(&format!("/{version}/rooms/{}/{path}", segment(room))).await;
            let mut body = answer.body;
            strip_ages(&mut body);
            seen.push(json!({"room": room, "path": path, "status": answer.status, "body": body}));
        }
    }
    for path in ["/v3/joined_rooms", "/v3/publicRooms", "/v3/account/whoami"] {
        seen.push(user.get(path).await.ok());
    }
    Value::from(seen)
}

fn strip_ages(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            // Where the log ends: the second server has begun to write its own.
            fields
                .retain(|key, _| !["age", "last_active_ago", "next_batch", "start"].contains(&key.as_str()));
            fields.values_mut().for_each(strip_ages);
        }
        Value::Array(items) => items.iter_mut().for_each(strip_ages),
        _ => {}
    }
}

/// Where two values differ, and how.
fn differences(left: &Value, right: &Value, place: &str) -> Vec<String> {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            let keys: BTreeSet<_> = left.keys().chain(right.keys()).collect();
            let pair = |key| (left.get(key).unwrap_or(&Value::Null), right.get(key).unwrap_or(&Value::Null));
            let each = keys.into_iter().map(|key| (pair(key), format!("{place}.{key}")));
            each.flat_map(|((left, right), place)| differences(left, right, &place)).collect()
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            let pairs = left.iter().zip(right).enumerate();
            pairs
                .flat_map(|(index, (left, right))| differences(left, right, &format!("{place}[{index}]")))
                .collect()
        }
        _ if left == right => Vec::new(),
        _ => vec![format!("{place}: {left} and {right}")],
    }
}

async fn be_busy(server: &TestServer, people: &[TestUser]) -> Vec<String> {
    let [alice, bob, carol] = people else { panic!("three people") };
    let open =
        alice.room_with(json!({"preset": "public_chat", "name": "Open", "visibility": "public"})).await;
    let closed = bob.room_with(json!({"preset": "private_chat", "invite": [carol.id]})).await;
    bob.join(&open).await;
    carol.join(&open).await;
    let mut root = String::new();
    for number in 0..20 {
        root = alice.say(&open, &number.to_string()).await;
    }
    let thread =
        json!({"msgtype": "m.text", "body": "x", "m.relates_to": {"rel_type": "m.thread", "event_id": root}});
    bob.send(&open, "m.room.message", thread).await;
    let reaction = json!({"m.relates_to": {"rel_type": "m.annotation", "event_id": root, "key": "+"}});
    carol.send(&open, "m.reaction", reaction).await;
    carol
        .post(&format!("/v3/rooms/{}/receipt/m.read/{}", segment(&open), segment(&root)), json!({}))
        .await
        .ok();
    let slip = bob.say(&closed, "a slip").await;
    bob.put(&format!("/v3/rooms/{}/redact/{}/1", segment(&closed), segment(&slip)), json!({})).await.ok();
    alice.state(&open, "m.room.topic", "", json!({"topic": "Replay"})).await;
    carol.leave(&open).await;
    server.login("alice").await.say(&open, "from the phone").await;
    vec![open, closed]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_made_of_commits_answers_alike() {
    // Presence lives in memory: it is no part of the data.
    let first = TestServer::start_with(|config| config.presence.enabled = false).await;
    let follower = Follower::of(&first);
    let people = [first.user("alice").await, first.user("bob").await, first.user("carol").await];
    let rooms = be_busy(&first, &people).await;
    let mut seen = Vec::new();
    for person in &people {
        seen.push(view(person, &rooms).await);
    }
    let second = follower.serve(&first).await;
    for (person, seen) in people.into_iter().zip(seen) {
        let id = person.id.clone();
        let again = view(&person.at(&second), &rooms).await;
        assert_eq!(differences(&seen, &again, ""), Vec::<String>::new(), "{id}");
    }
}
