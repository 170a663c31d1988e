//! A process that writes to rooms under load is killed again and again, on the same folder.
//!
//! Every event that it was told of must be there, at its position; every room must agree with itself; and no
//! position may come twice.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
};

use crate::common::{message, open_at, profile, state, user};
use events::testing::Random;
use rooms::{CreateRoom, MemberChange, Preset, Rooms, TxnKey};
use ruma::{EventId, OwnedRoomId, RoomVersionId};
use serde_json::json;

const ROUNDS: u64 = 50;
const WRITERS: u64 = 6;
const FOLDER: &str = "ROOMS_KILL_FOLDER";
const ROUND: &str = "ROOMS_KILL_ROUND";

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // The parent may have stopped listening; it kills this process soon.
    drop(out.write_all(line.as_bytes()).and_then(|()| out.flush()));
}

#[test]
#[ignore = "the process that `every_acknowledged_event_survives_being_killed` kills"]
fn child() {
    let folder = std::env::var_os(FOLDER).expect("started by the test");
    let round: u64 =
        std::env::var(ROUND).ok().and_then(|round| round.parse().ok()).expect("started by the test");
    let (_store, rooms) = open_at(Path::new(&folder));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    runtime.block_on(async {
        let hall = hall(&rooms).await;
        let writers = (0..WRITERS).map(|writer| {
            tokio::spawn(write_for_ever(
                rooms.clone(),
                hall.clone(),
                Random::new(round * WRITERS + writer),
                writer,
            ))
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.expect("no panic");
        }
    });
}

/// A room that all writers share: the first there is, or a new one.
async fn hall(rooms: &Rooms) -> OwnedRoomId {
    match rooms.all_rooms().expect("a read").first() {
        Some(room) => rooms.room_by_num(*room).expect("a read").expect("a room").id.clone(),
        None => create(rooms, 0, RoomVersionId::V12).await,
    }
}

async fn create(rooms: &Rooms, writer: u64, version: RoomVersionId) -> OwnedRoomId {
    let wish = CreateRoom {
        preset: Some(Preset::PublicChat),
        version: Some(version),
        ..CreateRoom::by(user(&format!("u{writer}")))
    };
    rooms.create(wish).await.expect("a room")
}

async fn write_for_ever(rooms: Rooms, hall: OwnedRoomId, mut random: Random, writer: u64) {
    let who = user(&format!("u{writer}"));
    let device = rooms.ids().device(rooms.ids().user(&who).expect("a number"), "D".into()).expect("a number");
    rooms.join(&hall, &who, profile(&who)).await.expect("a public room");
    let mut own = create(&rooms, writer, RoomVersionId::V10).await;
    loop {
        let room = if random.below(2) == 0 { &hall } else { &own };
        let sent = match random.below(8) {
            0 => {
                let guest = user(&format!("guest{}", random.below(50)));
                rooms.join(room, &guest, profile(&guest)).await
            }
            1 => {
                let topic = json!({ "topic": random.next_u64().to_string() });
                rooms.send(&own, state(&who, "m.room.topic", "", topic)).await
            }
            2 => {
                let guest = user(&format!("guest{}", random.below(50)));
                // Who is not there can't leave.
                let Ok(left) = rooms.leave(room, &guest, MemberChange::default()).await else { continue };
                Ok(left)
            }
            3 if random.below(10) == 0 => {
                own = create(&rooms, writer, RoomVersionId::V12).await;
                continue;
            }
            _ => {
                let txn_id = random.next_u64().to_string();
                let mut draft = message(&who, "hello");
                draft.txn = Some(TxnKey { device, txn_id });
                rooms.send(room, draft).await
            }
        };
        let sent = sent.expect("allowed");
        say(&format!("sent {} {}\n", sent.event_id, sent.position));
    }
}

/// Starts a child, kills it after it has said `lines` lines, and hears what it said: position and event.
fn run_and_kill(folder: &Path, round: u64, lines: usize, said: &mut BTreeMap<u64, String>) {
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "engine::kill::child", "--ignored", "--nocapture", "--test-threads=1"])
        .env(FOLDER, folder)
        .env(ROUND, round.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("the test can start itself");
    let mut out = BufReader::new(child.stdout.take().expect("piped"));
    let (mut heard, mut line) = (0, String::new());
    while out.read_line(&mut line).expect("text") > 0 {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let (["sent", event, position], true) = (&words[..], line.ends_with('\n')) {
            let position: u64 = position.parse().expect("a number");
            let known = said.insert(position, (*event).to_owned());
            // Leaving twice is answered with the first leave.
            assert!(known.is_none_or(|known| known == *event), "position {position} came twice");
            heard += 1;
        }
        line.clear();
        if heard == lines {
            // SIGKILL. What it said meanwhile still counts.
            child.kill().expect("a running child");
        }
    }
    child.wait().expect("killed");
    assert!(heard >= lines, "the child died by itself after {heard} lines");
}

fn check(folder: &Path, said: &BTreeMap<u64, String>) {
    let (store, rooms) = open_at(folder);
    for (position, id) in said {
        let id = EventId::parse(id).expect("an event id");
        let event = rooms.event_by_id(&id).expect("a read").unwrap_or_else(|| panic!("{id} is lost"));
        assert_eq!(event.meta.position().map(|position| position.0), Some(*position));
    }
    for room in rooms.all_rooms().expect("a read") {
        assert_eq!(rooms.contradictions(room).expect("a read"), Vec::<String>::new());
        // All of a room came at once.
        let create = rooms.current_state(room, &"m.room.guest_access".into(), "").expect("a read");
        assert!(create.is_some(), "half a room");
    }
    drop(rooms);
    store.close().expect("a clean close");
}

#[test]
fn every_acknowledged_event_survives_being_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut random = Random::new(7);
    let mut said = BTreeMap::new();
    for round in 0..ROUNDS {
        run_and_kill(folder.path(), round, 1 + random.below(120), &mut said);
        // Every other time the next process meets the folder just as it was left.
        if round % 2 == 1 {
            check(folder.path(), &said);
        }
    }
    check(folder.path(), &said);
    assert!(said.len() > 500, "{} events", said.len());
}
