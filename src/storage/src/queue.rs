//! The line of commits that wait for the commit thread. Whoever is in line has its positions; the order of the line is the order of everything.

use crate::{
    Position,
    commit::{Commit, Durability},
    error::WriteError,
    group::Part,
    overlay::Overlay,
};
use parking_lot::{Condvar, Mutex};
use std::{
    collections::VecDeque,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::sync::oneshot;

/// A group is closed once it carries this much, so that its commits needn't wait for endless others.
const GROUP_BYTES: usize = 4 << 20;
/// What an entry counts for beside its operations and notes.
const ENTRY_BYTES: usize = 128;

type Reply = oneshot::Sender<Result<Position, WriteError>>;

/// The answer to a submitted commit: resolves once it is as durable as it asked for and visible, with its last position.
#[derive(Debug)]
pub struct Ticket {
    first: Position,
    last: Position,
    answer: oneshot::Receiver<Result<Position, WriteError>>,
}

impl Ticket {
    /// The commit's last position, known before it is written. For a commit without positions: the last one given before it.
    pub fn position(&self) -> Position {
        self.last
    }

    /// The commit's first position.
    pub fn first(&self) -> Position {
        self.first
    }
}

impl Future for Ticket {
    type Output = Result<Position, WriteError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // A sender dropped without an answer means that the commit thread is gone.
        Pin::new(&mut self.answer).poll(context).map(|answer| answer.unwrap_or(Err(WriteError::Closed)))
    }
}

/// Where a commit was put in line.
#[derive(Debug)]
pub(crate) struct Entry {
    /// `None` for a flush, which only asks for an fsync.
    pub(crate) part: Option<Part>,
    pub(crate) durability: Durability,
    /// Number of its first operation, see [`Overlay`].
    pub(crate) sequence: u64,
    last: Position,
    bytes: usize,
    reply: Reply,
}

impl Entry {
    pub(crate) fn answer(self, outcome: Result<(), WriteError>) {
        // Whoever does not wait for the answer has dropped the ticket.
        drop(self.reply.send(outcome.map(|()| self.last)));
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Undecided,
    Writer,
    Follower,
}

#[derive(Debug)]
struct State {
    waiting: VecDeque<Entry>,
    waiting_bytes: usize,
    last: Position,
    sequence: u64,
    role: Role,
    refusal: Option<WriteError>,
    closing: bool,
    nudged: bool,
}

/// What the commit thread finds.
#[derive(Debug)]
pub(crate) enum Taken {
    /// The next group: its first position and how many it takes.
    Group { first: Position, count: u32, entries: Vec<Entry> },
    /// Nothing in line; see to what is due.
    Idle,
    /// Closed, and nothing in line.
    Closed,
}

#[derive(Debug)]
pub(crate) struct Queue {
    state: Mutex<State>,
    ready: Condvar,
    max_bytes: usize,
}

impl Queue {
    pub(crate) fn new(last: Position, max_bytes: usize) -> Self {
        let state = State {
            waiting: VecDeque::new(),
            waiting_bytes: 0,
            last,
            sequence: 1,
            role: Role::Undecided,
            refusal: None,
            closing: false,
            nudged: false,
        };
        Self { state: Mutex::new(state), ready: Condvar::new(), max_bytes }
    }

    pub(crate) fn submit(&self, commit: Commit, overlay: &Overlay) -> Result<Ticket, WriteError> {
        let mut state = self.state.lock();
        state.check(self.max_bytes)?;
        let first = state.last.next();
        let mut ops = commit.ops;
        for fill in commit.deferred {
            fill(first, &mut ops);
        }
        let count = if commit.topics.is_empty() { commit.positions } else { commit.positions.max(1) };
        let operations = ops.freeze();
        let sequence = state.sequence;
        state.sequence += operations.len() as u64;
        overlay.add(sequence, &operations);
        let part = Part { first, count, topics: commit.topics.into_vec(), operations, notes: commit.notes };
        let last = part.last();
        state.last = last;
        let ticket = state.push(Some(part), commit.durability, sequence, last);
        drop(state);
        self.ready.notify_one();
        Ok(ticket)
    }

    /// A ticket that resolves once everything before it in line is fsync'd.
    pub(crate) fn flush(&self) -> Result<Ticket, WriteError> {
        let mut state = self.state.lock();
        if let Some(refusal) = &state.refusal {
            return Err(refusal.clone());
        }
        let last = state.last;
        let ticket = state.push(None, Durability::Sync, 0, last);
        drop(state);
        self.ready.notify_one();
        Ok(ticket)
    }

    /// Waits, at most `patience`, for something to do.
    pub(crate) fn take(&self, patience: Option<Duration>) -> Taken {
        let mut state = self.state.lock();
        while state.waiting.is_empty() && !state.closing && !state.nudged {
            match patience {
                None => self.ready.wait(&mut state),
                Some(patience) if self.ready.wait_for(&mut state, patience).timed_out() => {
                    return Taken::Idle;
                }
                Some(_) => {}
            }
        }
        state.nudged = false;
        if !state.waiting.is_empty() {
            return state.take_group();
        }
        if state.closing { Taken::Closed } else { Taken::Idle }
    }

    /// Has the commit thread look again at what is due.
    pub(crate) fn nudge(&self) {
        self.state.lock().nudged = true;
        self.ready.notify_one();
    }

    /// From now on every commit is refused; what waits is answered so too.
    pub(crate) fn refuse(&self, error: &WriteError) {
        let waiting = {
            let mut state = self.state.lock();
            state.refusal.get_or_insert_with(|| error.clone());
            state.waiting_bytes = 0;
            std::mem::take(&mut state.waiting)
        };
        for entry in waiting {
            entry.answer(Err(error.clone()));
        }
    }

    /// Takes nothing more; the commit thread finishes what waits.
    pub(crate) fn close(&self) {
        let mut state = self.state.lock();
        state.refusal.get_or_insert(WriteError::Closed);
        state.closing = true;
        drop(state);
        self.ready.notify_one();
    }

    /// Whether groups from elsewhere may be applied: once that has begun, commits are refused, and the other way round.
    pub(crate) fn become_follower(&self) -> bool {
        let mut state = self.state.lock();
        if state.role == Role::Undecided {
            state.role = Role::Follower;
        }
        state.role == Role::Follower
    }

    /// Entries and bytes in line.
    pub(crate) fn length(&self) -> (usize, usize) {
        let state = self.state.lock();
        (state.waiting.len(), state.waiting_bytes)
    }
}

impl State {
    fn check(&mut self, max_bytes: usize) -> Result<(), WriteError> {
        if let Some(refusal) = &self.refusal {
            return Err(refusal.clone());
        }
        if self.role == Role::Follower {
            return Err(WriteError::Follower);
        }
        if self.waiting_bytes > max_bytes {
            return Err(WriteError::Overloaded { waiting_bytes: self.waiting_bytes });
        }
        self.role = Role::Writer;
        Ok(())
    }

    fn push(&mut self, part: Option<Part>, durability: Durability, sequence: u64, last: Position) -> Ticket {
        let (reply, answer) = oneshot::channel();
        let first = part.as_ref().map_or(last, |part| part.first);
        let bytes = ENTRY_BYTES + part.as_ref().map_or(0, part_bytes);
        self.waiting_bytes += bytes;
        self.waiting.push_back(Entry { part, durability, sequence, last, bytes, reply });
        Ticket { first, last, answer }
    }

    /// All that waits, up to the size of a group. A group takes at least one position, by which followers know it: a commit without positions that
    /// finds no other company gets one to itself.
    fn take_group(&mut self) -> Taken {
        let (mut entries, mut bytes, mut count) = (Vec::new(), 0, 0u32);
        let mut parts = 0usize;
        while bytes < GROUP_BYTES || (count == 0 && parts > 0) {
            let Some(entry) = self.waiting.pop_front() else { break };
            bytes += entry.bytes;
            if let Some(part) = &entry.part {
                parts += 1;
                count += part.count;
            }
            entries.push(entry);
        }
        self.waiting_bytes -= bytes;
        let first = entries.iter().find_map(|entry| entry.part.as_ref()).map_or(self.last, |part| part.first);
        if count == 0 && parts > 0 {
            // The line is empty, or the loop had gone on: no later position is given yet.
            count = 1;
            self.last = first;
        }
        Taken::Group { first, count, entries }
    }
}

fn part_bytes(part: &Part) -> usize {
    part.operations.encoded().len() + part.notes.iter().map(|note| note.bytes.len()).sum::<usize>()
}
