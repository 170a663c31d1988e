//! How long appends take. `cargo bench -p rooms`; prints one line a measurement, microseconds an event.

use std::{sync::Arc, time::Instant};

use config::{clock::SystemClock, random::SeededEntropy};
use events::SigningKey;
use rooms::{CreateRoom, Draft, MemberChange, MemberProfile, Preset, Rooms, RoomsDeps, Settings};
use ruma::{OwnedRoomId, OwnedServerName, OwnedUserId, RoomVersionId, UserId, events::TimelineEventType};
use serde_json::{json, value::to_raw_value};
use storage::{Options, Store};

fn user(name: &str) -> OwnedUserId {
    UserId::parse(format!("@{name}:bench")).expect("a user id")
}

fn open(path: &std::path::Path) -> Rooms {
    let server_name = OwnedServerName::try_from("bench").expect("a server name");
    let deps = RoomsDeps {
        store: Store::open(path, Options::default()).expect("a store"),
        signing_key: Arc::new(SigningKey::from_seed(server_name.clone(), "1", [1; 32]).expect("a key")),
        server_name,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SeededEntropy::new(3)),
        settings: Settings { default_version: RoomVersionId::V12, cache_bytes: 64 << 20 },
    };
    Rooms::open(deps).expect("rooms")
}

async fn room(rooms: &Rooms, creator: &UserId) -> OwnedRoomId {
    let wish = CreateRoom { preset: Some(Preset::PublicChat), ..CreateRoom::by(creator.to_owned()) };
    rooms.create(wish).await.expect("a room")
}

fn message(who: &UserId, n: usize) -> Draft {
    let content =
        to_raw_value(&json!({ "msgtype": "m.text", "body": format!("message {n}") })).expect("JSON");
    Draft::message(who.to_owned(), TimelineEventType::RoomMessage, content)
}

#[expect(clippy::disallowed_methods, clippy::print_stdout, reason = "this is a measurement")]
async fn measure<F: Future<Output = ()>>(what: &str, count: usize, work: F) {
    let cpu = cpu_seconds();
    let start = Instant::now();
    work.await;
    let wall = start.elapsed();
    let cpu = cpu_seconds() - cpu;
    let each = |seconds: f64| seconds * 1e6 / count as f64;
    println!("{what}: {:.1} us wall, {:.1} us CPU each", each(wall.as_secs_f64()), each(cpu));
}

/// CPU seconds of this process so far.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split(' ').collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(12) + ticks(13)) / 100.0
}

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir_in(std::env::var("BENCH_DIR").unwrap_or_else(|_| ".".to_owned()))
        .expect("a folder");
    let rooms = open(folder.path());
    let people: Vec<_> = (0..16).map(|n| user(&format!("u{n}"))).collect();
    let mut ids = Vec::new();
    for n in 0..8 {
        ids.push(room(&rooms, &people[n]).await);
        rooms.join(&ids[n], &people[n + 8], MemberChange::default()).await.expect("may join");
    }
    measure("send, 16 senders in 8 rooms", 16 * 1000, async {
        let senders: Vec<_> = (0..16)
            .map(|n| {
                let (rooms, room, who) = (rooms.clone(), ids[n % 8].clone(), people[n].clone());
                tokio::spawn(async move {
                    for n in 0..1000 {
                        rooms.send(&room, message(&who, n)).await.expect("may speak");
                    }
                })
            })
            .collect();
        for sender in senders {
            sender.await.expect("no panic");
        }
    })
    .await;
    let hall = room(&rooms, &people[0]).await;
    for (from, to) in [(0, 250), (250, 500), (500, 1000), (1000, 2000)] {
        measure(&format!("join, members {from} to {to}"), to - from, join_all(&rooms, &hall, from..to)).await;
    }
}

async fn join_all(rooms: &Rooms, room: &OwnedRoomId, numbers: std::ops::Range<usize>) {
    let joins: Vec<_> = numbers
        .map(|n| {
            let (rooms, room, who) = (rooms.clone(), room.clone(), user(&format!("guest{n}")));
            let profile = MemberProfile { displayname: Some(format!("Guest {n}")), avatar_url: None };
            tokio::spawn(async move {
                rooms.join(&room, &who, MemberChange::with_profile(profile)).await.expect("may join");
            })
        })
        .collect();
    for join in joins {
        join.await.expect("no panic");
    }
}
