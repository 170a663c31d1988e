//! What this server tells others of itself: events, messages for devices, changes of keys, who types, reads and is here
//! (server-server API, "Transactions").
//!
//! Promises: it follows the log from its own durable cursor, and what waits for a server is written in the commit that moves
//! the cursor, so nothing is left out whenever the server stops; events, messages for devices and changes of keys wait until
//! the other server has said that it has them; a server that does not answer is left in peace for a while that grows, and
//! tried again as soon as it is heard. When too much waits for it by then, only the newest event of each room is kept: from there it
//! finds the others. One transaction is under way to a server at a time, and there is a bound on all of them.

mod audience;
mod batch;
mod course;
mod deliver;
mod delivered;
mod device_rows;
mod figures;
mod follow;
mod passing;
mod queue;
mod task;

pub use self::{
    figures::{OutboundFigures, Queued},
    follow::OutboundError,
};

use self::{figures::Counters, queue::Queue, task::Task};
use parking_lot::Mutex;
use ruma::{OwnedServerName, ServerName};
use std::{collections::HashMap, sync::Arc};
use storage::{Backlog, Store};
use tokio::sync::Semaphore;

/// Transactions under way to servers that answered last time.
const TO_PRESENT: usize = 100;
/// Transactions under way to servers that did not.
const TO_SILENT: usize = 20;

/// What waits for other servers, and who brings it to them.
pub(crate) struct Outbound {
    backlog: Arc<Backlog<Task>>,
    queues: Mutex<HashMap<OwnedServerName, Arc<Queue>>>,
    /// Held from the reading of a row of `OUTBOX_DEVICES` until its change is queued.
    device_rows: Mutex<()>,
    to_present: Semaphore,
    to_silent: Semaphore,
    counters: Counters,
}

impl Outbound {
    /// Begins to collect what the log brings.
    pub(crate) fn new(store: &Store) -> Self {
        Self {
            backlog: Backlog::of_parts(store, task::collect),
            queues: Mutex::default(),
            device_rows: Mutex::default(),
            to_present: Semaphore::new(TO_PRESENT),
            to_silent: Semaphore::new(TO_SILENT),
            counters: Counters::default(),
        }
    }

    fn queue(&self, server: &ServerName) -> Arc<Queue> {
        let mut queues = self.queues.lock();
        if let Some(queue) = queues.get(server) {
            return Arc::clone(queue);
        }
        let queue = Arc::new(Queue::new(server.to_owned()));
        queues.insert(server.to_owned(), Arc::clone(&queue));
        queue
    }

    /// The server asked for something: what waits for it is tried at once.
    pub(crate) fn heard(&self, server: &ServerName) {
        let queue = self.queues.lock().get(server).cloned();
        if let Some(queue) = queue {
            queue.hear();
        }
    }
}
