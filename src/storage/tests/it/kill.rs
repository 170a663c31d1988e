//! A process that commits under load is killed again and again, on the same folder.
//!
//! Whatever it had said to be committed must be there and whole, whatever else is there must be whole too, and no position may come
//! twice, ephemeral ones included.

use crate::common::{JOURNAL, NUMBERS, TEXTS, ephemeral, options, room};
use bytes::Bytes;
use std::{
    collections::BTreeMap,
    hash::{BuildHasher, Hasher, RandomState},
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Command, Stdio},
};
use storage::{Commit, Durability, Position, Store};

const ROUNDS: u64 = 60;
const WRITERS: u64 = 8;
const CHILD_FOLDER: &str = "STORAGE_KILL_FOLDER";

/// A small generator, so that a failure can be repeated from its seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// What position `at` of a commit holds; long enough that a batch spans blocks of the log.
fn row(first: Position, count: u64, at: Position) -> Bytes {
    let mut row = Vec::new();
    for number in [first.0, count] {
        row.extend_from_slice(&number.to_be_bytes());
    }
    let filler = at.0.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes();
    row.extend(filler.into_iter().cycle().take((at.0 % 900) as usize));
    row.into()
}

/// `count` positions, with a row for each in one table, and a row for the whole in two others.
fn change(durability: Durability, count: u64) -> Commit {
    let mut commit = Commit::new(durability).positions(u32::try_from(count).expect("few"));
    commit.topic(room(count));
    commit.with_position(move |first, ops| {
        for at in (first.0..first.0 + count).map(Position) {
            ops.put(JOURNAL, &at, &row(first, count, at));
        }
        ops.put(NUMBERS, &first.0, &count);
        ops.put(TEXTS, &(count, first.0.to_string()), &Bytes::new());
    });
    commit
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // The parent may have stopped listening; it kills this process soon.
    drop(out.write_all(line.as_bytes()).and_then(|()| out.flush()));
}

#[test]
#[ignore = "the process that `every_acknowledged_commit_survives_being_killed` kills"]
fn child() {
    let Some(folder) = std::env::var_os(CHILD_FOLDER) else { panic!("started without {CHILD_FOLDER}") };
    let store = Store::open(Path::new(&folder), options()).expect("opens after a kill");
    say(&format!("\nopen {}\n", store.visible()));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().expect("a runtime");
    runtime.block_on(async {
        let writers: Vec<_> =
            (0..WRITERS).map(|writer| tokio::spawn(write_for_ever(store.clone(), writer))).collect();
        for writer in writers {
            writer.await.expect("no panic");
        }
    });
}

async fn write_for_ever(store: Store, writer: u64) {
    let mut dice = Dice(RandomState::new().build_hasher().finish() | 1);
    loop {
        let count = 1 + dice.below(4);
        let (kind, commit) = match dice.below(4) {
            0 => ("ephemeral", ephemeral(room(writer)).positions(u32::try_from(count).expect("few"))),
            1 => ("written", change(Durability::Lazy, count)),
            _ => ("written", change(Durability::Sync, count)),
        };
        let ticket = store.submit(commit).expect("open");
        let first = ticket.first();
        let last = ticket.await.expect("written");
        assert_eq!(last.0, first.0 + count - 1);
        say(&format!("{kind} {first} {count}\n"));
    }
}

/// What the children have said so far.
#[derive(Default)]
struct Said {
    /// First position and count of what must be there.
    written: BTreeMap<u64, u64>,
    ephemeral: u64,
    highest: u64,
}

impl Said {
    fn hear(&mut self, line: &str, floor: u64) {
        let words: Vec<&str> = line.split(' ').collect();
        let [kind @ ("written" | "ephemeral"), first, count] = words[..] else { return };
        let (first, count): (u64, u64) = (first.parse().expect("a number"), count.parse().expect("a number"));
        assert!(
            first > floor,
            "position {first} is given again, {floor} was visible at the start of this process"
        );
        self.highest = self.highest.max(first + count - 1);
        if kind == "written" {
            assert_eq!(self.written.insert(first, count), None, "position {first} came twice");
        } else {
            self.ephemeral += 1;
        }
    }
}

/// Starts a child, kills it after it has said `lines` lines, and hears all it said.
fn run_and_kill(folder: &Path, lines: u64, said: &mut Said) {
    let mut child = Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "kill::child", "--ignored", "--nocapture", "--test-threads=1"])
        .env(CHILD_FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .expect("the test can start itself");
    let mut out = BufReader::new(child.stdout.take().expect("piped"));
    let (mut floor, mut heard, mut line) = (None, 0, String::new());
    while out.read_line(&mut line).expect("text") > 0 {
        let whole = line.strip_suffix('\n');
        if let (None, Some(visible)) = (floor, whole.and_then(|line| line.strip_prefix("open "))) {
            let visible: u64 = visible.parse().expect("a number");
            assert!(visible >= said.highest, "{visible} is below {}, which was given out", said.highest);
            floor = Some(visible);
        } else if let (Some(floor), Some(whole)) = (floor, whole) {
            said.hear(whole, floor);
            heard += 1;
        }
        if floor.is_some() && heard == lines {
            child.kill().expect("still running");
            // Never again: what is still in the pipe is read to its end.
            heard = lines + 1;
        }
        line.clear();
    }
    assert!(floor.is_some(), "the child did not open the store");
    assert!(heard >= lines, "the child ended by itself");
    child.wait().expect("waited for");
}

/// Everything said is there, and everything there is whole.
fn check(store: &Store, said: &Said) {
    assert!(store.visible().0 >= said.highest);
    let journal: BTreeMap<Position, Bytes> =
        store.scan(JOURNAL, ..).collect::<Result<_, _>>().expect("readable");
    let numbers: BTreeMap<u64, u64> = store.scan(NUMBERS, ..).collect::<Result<_, _>>().expect("readable");
    for (first, count) in &said.written {
        assert_eq!(numbers.get(first), Some(count), "the commit at {first} was acknowledged and is gone");
    }
    let mut rows = 0;
    for (&first, &count) in &numbers {
        assert_eq!(
            store.contains(TEXTS, &(count, first.to_string())),
            Ok(true),
            "half of the commit at {first}"
        );
        for at in (first..first + count).map(Position) {
            assert_eq!(
                journal.get(&at),
                Some(&row(Position(first), count, at)),
                "row {at} of the commit at {first}"
            );
            rows += 1;
        }
    }
    assert_eq!(journal.len(), rows, "rows that belong to no commit");
    assert_eq!(store.scan(TEXTS, ..).count(), numbers.len());
}

#[test]
fn every_acknowledged_commit_survives_being_killed() {
    let seed = RandomState::new().build_hasher().finish() | 1;
    let folder = crate::common::folder();
    let mut dice = Dice(seed);
    let mut said = Said::default();
    for round in 0..ROUNDS {
        let lines = dice.below(250);
        run_and_kill(folder.path(), lines, &mut said);
        // Sometimes the next process finds what the last one left, sometimes what a clean close left.
        if dice.below(2) == 0 || round + 1 == ROUNDS {
            let store = crate::common::open(&folder);
            check(&store, &said);
        }
    }
    println!(
        "seed {seed}: killed {ROUNDS} times; {} commits acknowledged and there, {} ephemeral ones, last position {}",
        said.written.len(),
        said.ephemeral,
        said.highest
    );
    assert!(said.written.len() > 100, "too little happened to show anything");
}
