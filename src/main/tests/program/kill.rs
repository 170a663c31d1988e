//! The whole server under load is killed again and again, on the same folder.
//!
//! Whatever it acknowledged over HTTP must be there, once; state must be as it was acknowledged; and no position may come
//! twice: what happens after a restart is news to whoever had synced before the crash.

use super::{ANY_PORT, Running, field, folder, start, start_again_with};
use std::{
    collections::HashMap,
    hash::{BuildHasher as _, RandomState},
    sync::Mutex,
    thread,
    time::Duration,
};

const ROUNDS: u64 = 50;
const WRITERS: usize = 4;
/// The longest that a server lives in a round, after it answers.
const LONGEST_LIFE_MS: u64 = 250;

/// What the server has said yes to.
#[derive(Default)]
struct Acknowledged {
    /// Event id to text.
    messages: HashMap<String, String>,
    /// By writer: the last number in its state event, and whether the one after it is on its way.
    states: [u64; WRITERS],
    /// The newest place that a sync has told.
    since: String,
}

/// Sends until the server is gone.
fn write(
    server: &Running,
    token: &str,
    room: &str,
    (writer, round): (usize, u64),
    known: &Mutex<Acknowledged>,
) {
    for number in 0.. {
        let text = format!("{round} {writer} {number}");
        let path =
            format!("PUT /_matrix/client/v3/rooms/{room}/send/m.room.message/{round}-{writer}-{number}");
        let body = format!(r#"{{"msgtype":"m.text","body":"{text}"}}"#);
        let Some(answer) = server.try_ask(&path, Some(token), &body) else { return };
        known.lock().unwrap().messages.insert(field(&answer, "event_id"), text);
        if number % 3 == 0 {
            let next = known.lock().unwrap().states[writer] + 1;
            let path = format!("PUT /_matrix/client/v3/rooms/{room}/state/org.example.count/{writer}");
            let Some(_) = server.try_ask(&path, Some(token), &format!(r#"{{"count":{next}}}"#)) else {
                return;
            };
            known.lock().unwrap().states[writer] = next;
        }
    }
}

/// Syncs until the server is gone.
fn follow(server: &Running, token: &str, known: &Mutex<Acknowledged>) {
    loop {
        let since = known.lock().unwrap().since.clone();
        let path = format!("GET /_matrix/client/v3/sync?timeout=1000&since={since}");
        let Some(answer) = server.try_ask(&path, Some(token), "") else { return };
        known.lock().unwrap().since = field(&answer, "next_batch");
    }
}

fn count(server: &Running, token: &str, room: &str, writer: usize) -> u64 {
    let path = format!("GET /_matrix/client/v3/rooms/{room}/state/org.example.count/{writer}");
    let answer = server.ask(&path, Some(token), "");
    let number = answer.split_once("\"count\":").map(|(_, rest)| rest.trim_end_matches(['}', '\r', '\n']));
    number.map_or(0, |number| number.parse().unwrap_or_else(|_| panic!("{answer}")))
}

/// Everything in the room, event id to the times it is there.
fn all_events(server: &Running, token: &str, room: &str) -> HashMap<String, usize> {
    let (mut seen, mut from) = (HashMap::new(), String::new());
    loop {
        let path = format!("GET /_matrix/client/v3/rooms/{room}/messages?dir=b&limit=1000{from}");
        let page = server.ask(&path, Some(token), "");
        for part in page.split("\"event_id\":\"").skip(1) {
            *seen.entry(part.split('"').next().unwrap_or_default().to_owned()).or_default() += 1;
        }
        let Some((_, rest)) = page.split_once("\"end\":\"") else { return seen };
        from = format!("&from={}", rest.split('"').next().unwrap_or_default());
    }
}

#[test]
fn whatever_was_acknowledged_survives_fifty_kills() {
    let folder = folder();
    let settings = format!("{ANY_PORT}[rate_limits]\nenabled = false\n");
    let mut server = start(folder.path(), &settings);
    let token = server.register("anna");
    let room = field(&server.ask("POST /_matrix/client/v3/createRoom", Some(&token), "{}"), "room_id");
    let room = room.replace('!', "%21").replace(':', "%3A");
    let since = field(&server.ask("GET /_matrix/client/v3/sync", Some(&token), ""), "next_batch");
    let known = Mutex::new(Acknowledged { since, ..Acknowledged::default() });
    let mut all = HashMap::new();
    for round in 0..ROUNDS {
        let life = RandomState::new().hash_one(round) % LONGEST_LIFE_MS;
        thread::scope(|scope| {
            for writer in 0..WRITERS {
                let (server, token, room, known) = (&server, &token, &room, &known);
                scope.spawn(move || write(server, token, room, (writer, round), known));
            }
            scope.spawn(|| follow(&server, &token, &known));
            // The moment of the kill is what the test is about: any will do.
            thread::sleep(Duration::from_millis(life));
            server.kill();
        });
        drop(server);
        server = start_again_with(folder.path(), &settings);
        let mut known = known.lock().unwrap();
        for (event, text) in known.messages.drain() {
            let path = format!("GET /_matrix/client/v3/rooms/{room}/event/{}", event.replace('$', "%24"));
            let answer = server.ask(&path, Some(&token), "");
            assert!(answer.contains(&format!("\"body\":\"{text}\"")), "round {round}, {event}: {answer}");
            all.insert(event, text);
        }
        for writer in 0..WRITERS {
            let (is, acknowledged) = (count(&server, &token, &room, writer), known.states[writer]);
            assert!(is == acknowledged || is == acknowledged + 1, "round {round}: {is} after {acknowledged}");
            known.states[writer] = is;
        }
        // A position that came twice would hide this from who has synced up to it.
        let path = format!("PUT /_matrix/client/v3/rooms/{room}/send/m.room.message/after-{round}");
        let news = server.ask(&path, Some(&token), r#"{"msgtype":"m.text","body":"after"}"#);
        let answer =
            server.ask(&format!("GET /_matrix/client/v3/sync?since={}", known.since), Some(&token), "");
        assert!(answer.contains(&field(&news, "event_id")), "round {round}: {answer}");
        known.since = field(&answer, "next_batch");
    }
    assert!(all.len() as u64 > ROUNDS, "only {} messages were acknowledged in all", all.len());
    let seen = all_events(&server, &token, &room);
    assert!(seen.values().all(|times| *times == 1), "an event is there twice");
    let lost: Vec<_> = all.keys().filter(|event| !seen.contains_key(*event)).collect();
    assert!(lost.is_empty(), "{lost:?}");
    assert_eq!(server.end(), Some(0));
}
