//! The floor's only state: all events in one order, in memory and in one file.
//!
//! Promises: an event is acknowledged, and seen by readers, only after the fsync that covers it; events that wait
//! together share one fsync; readers that ask for the same thing share one answer.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};

use bytes::Bytes;
use tokio::sync::{oneshot, watch};

use crate::Trouble;

/// An event on its way to the file.
struct Waiting {
    room: Arc<str>,
    event: Bytes,
    member: bool,
    written: oneshot::Sender<()>,
}

#[derive(Default)]
struct Room {
    timeline: Vec<Bytes>,
    members: Vec<Bytes>,
}

#[derive(Default)]
struct View {
    all: Vec<(Arc<str>, Bytes)>,
    rooms: BTreeMap<Arc<str>, Room>,
    /// Answers made since the last commit, by where the reader stood.
    deltas: HashMap<usize, Bytes>,
}

/// The log and the thread that writes it.
#[derive(Clone)]
pub(super) struct Log {
    queue: mpsc::Sender<Waiting>,
    view: Arc<Mutex<View>>,
    visible: watch::Receiver<usize>,
}

impl Log {
    /// Starts an empty log in `file`.
    pub(super) fn open(file: &Path) -> Result<Self, Trouble> {
        let file = File::create(file).map_err(Trouble::io(file.display().to_string()))?;
        let (queue, waiting) = mpsc::channel();
        let (announce, visible) = watch::channel(0);
        let view = Arc::new(Mutex::new(View::default()));
        let log = Self { queue, view: view.clone(), visible };
        std::thread::spawn(move || write_groups(file, &waiting, &view, &announce));
        Ok(log)
    }

    /// Appends an event; returns after the fsync. False when the file can't be written any more.
    pub(super) async fn append(&self, room: &str, event: Bytes, member: bool) -> bool {
        let (written, done) = oneshot::channel();
        self.queue.send(Waiting { room: room.into(), event, member, written }).is_ok() && done.await.is_ok()
    }

    /// The number of events that readers see.
    pub(super) fn visible(&self) -> watch::Receiver<usize> {
        self.visible.clone()
    }

    /// The sync answer for a reader who has seen `since` events: the same bytes for all who stand there.
    pub(super) fn since(&self, since: usize) -> Bytes {
        let mut view = lock(&self.view);
        if let Some(delta) = view.deltas.get(&since) {
            return delta.clone();
        }
        let mut rooms: BTreeMap<&str, Vec<&Bytes>> = BTreeMap::new();
        for (room, event) in view.all.iter().skip(since) {
            rooms.entry(room).or_default().push(event);
        }
        let delta = answer(view.all.len(), rooms.into_iter());
        view.deltas.insert(since, delta.clone());
        delta
    }

    /// The sync answer for a reader who has seen nothing: the end of every room.
    pub(super) fn initial(&self, limit: usize) -> Bytes {
        let view = lock(&self.view);
        let last = |room: &'_ Room| room.timeline.len().saturating_sub(limit);
        let rooms =
            view.rooms.iter().map(|(name, room)| (&**name, room.timeline.iter().skip(last(room)).collect()));
        answer(view.all.len(), rooms)
    }

    /// The member events of a room, or its last events, as a JSON list.
    pub(super) fn room(&self, room: &str, members: bool, limit: usize) -> Bytes {
        let view = lock(&self.view);
        let events = view.rooms.get(room).map(|room| if members { &room.members } else { &room.timeline });
        let events: Vec<&Bytes> = events.into_iter().flatten().rev().take(limit).collect();
        let mut list = Vec::new();
        push_list(&mut list, &events);
        list.into()
    }
}

/// The thread's life: takes all that wait, writes them, shows them, acknowledges them.
fn write_groups(
    mut file: File,
    waiting: &mpsc::Receiver<Waiting>,
    view: &Mutex<View>,
    announce: &watch::Sender<usize>,
) {
    let mut bytes = Vec::new();
    while let Ok(first) = waiting.recv() {
        let group: Vec<Waiting> = std::iter::once(first).chain(waiting.try_iter()).collect();
        bytes.clear();
        for one in &group {
            bytes.extend_from_slice(&one.event);
            bytes.push(b'\n');
        }
        // On an error the thread ends, the queue closes, and nothing more is acknowledged.
        if file.write_all(&bytes).and_then(|()| file.sync_data()).is_err() {
            return;
        }
        let mut answers = Vec::with_capacity(group.len());
        let mut shown = lock(view);
        for one in group {
            let room = shown.rooms.entry(one.room.clone()).or_default();
            room.timeline.push(one.event.clone());
            if one.member {
                room.members.push(one.event.clone());
            }
            shown.all.push((one.room, one.event));
            answers.push(one.written);
        }
        shown.deltas.clear();
        let visible = shown.all.len();
        drop(shown);
        announce.send_replace(visible);
        for answer in answers {
            // Nobody waits if the connection is gone.
            let _ = answer.send(());
        }
    }
}

fn lock(view: &Mutex<View>) -> MutexGuard<'_, View> {
    view.lock().unwrap_or_else(PoisonError::into_inner)
}

fn answer<'a>(next: usize, rooms: impl Iterator<Item = (&'a str, Vec<&'a Bytes>)>) -> Bytes {
    let mut out = format!("{{\"next_batch\":\"{next}\",\"rooms\":{{\"join\":{{").into_bytes();
    for (index, (room, events)) in rooms.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(
            format!("\"{room}\":{{\"timeline\":{{\"limited\":false,\"events\":").as_bytes(),
        );
        push_list(&mut out, &events);
        out.extend_from_slice(b"}}");
    }
    out.extend_from_slice(b"}}}");
    out.into()
}

fn push_list(out: &mut Vec<u8>, events: &[&Bytes]) {
    out.push(b'[');
    for (index, event) in events.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        out.extend_from_slice(event);
    }
    out.push(b']');
}
