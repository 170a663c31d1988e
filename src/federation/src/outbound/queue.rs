//! What waits for one server, as far as it is in memory.

use super::passing::Passing;
use parking_lot::Mutex;
use ruma::OwnedServerName;
use tokio::sync::Notify;

/// What waits for a server.
pub(super) struct Queue {
    pub(super) server: OwnedServerName,
    state: Mutex<State>,
    heard: Notify,
}

#[derive(Default)]
struct State {
    /// A task brings what waits.
    running: bool,
    /// There may be rows that the task has not seen.
    rows: bool,
    /// There may be rows before those that it has seen.
    rewind: bool,
    passing: Passing,
}

/// Where to read on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// Behind what was read.
    Here,
    /// From the beginning.
    Start,
}

impl Queue {
    pub(super) fn new(server: OwnedServerName) -> Self {
        Self { server, state: Mutex::default(), heard: Notify::new() }
    }

    /// Rows wait in the database. Whether somebody must be sent to fetch them.
    pub(super) fn rows(&self, from: From) -> bool {
        let mut state = self.state.lock();
        state.rows = true;
        state.rewind |= from == From::Start;
        !std::mem::replace(&mut state.running, true)
    }

    /// Adds something that passes. Whether somebody must be sent to fetch it.
    pub(super) fn add(&self, add: impl FnOnce(&mut Passing)) -> bool {
        let mut state = self.state.lock();
        add(&mut state.passing);
        !std::mem::replace(&mut state.running, true)
    }

    /// The task looks for what waits. Where it begins to read.
    pub(super) fn look(&self) -> From {
        let mut state = self.state.lock();
        state.rows = false;
        if std::mem::take(&mut state.rewind) { From::Start } else { From::Here }
    }

    /// Takes some of what passes.
    pub(super) fn take_passing(&self, most: usize) -> Passing {
        self.state.lock().passing.take(most)
    }

    /// Gives back what could not be brought.
    pub(super) fn give_back(&self, passing: Passing) {
        self.state.lock().passing.give_back(passing);
    }

    /// The task found nothing more. Whether it ends.
    pub(super) fn rest(&self) -> bool {
        let mut state = self.state.lock();
        state.running = state.rows || !state.passing.is_empty();
        !state.running
    }

    /// The task ends, whatever waits.
    pub(super) fn end(&self) {
        self.state.lock().running = false;
    }

    pub(super) fn is_running(&self) -> bool {
        self.state.lock().running
    }

    /// The server is there.
    pub(super) fn hear(&self) {
        self.heard.notify_one();
    }

    /// Waits for [`Queue::hear`].
    pub(super) async fn heard(&self) {
        self.heard.notified().await;
    }
}
