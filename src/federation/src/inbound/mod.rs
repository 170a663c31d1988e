//! What other servers send and what is fetched to make sense of it (server-server API, "Transactions", "PDUs", "Backfilling
//! and retrieving missing events").
//!
//! Promises: a transaction is on disk before it is answered, and the same one is answered alike again. An event whose past
//! is here is taken in at once; others are put aside and worked off room by room, also after a restart: what is
//! missing is fetched, within bounds of number, size and time, and what can't be had is tried again less and less often and
//! then dropped. No event keeps another from being taken in, no room holds up another.

mod authorizing;
mod backfill;
mod fetch;
mod figures;
mod gaps;
mod near;
mod order;
mod queue;
mod remembered;
mod staging;
mod told;
mod transaction;
mod worker;

pub use self::{figures::InboundFigures, transaction::Results};

use self::{backfill::Quiet, figures::Counters, queue::RoomQueue};
use crate::{PeerError, turns::Turns};
use parking_lot::Mutex;
use rooms::{RoomError, RoomNum};
use ruma::OwnedServerName;
use std::{collections::HashMap, sync::Arc};
use tokio::sync::Semaphore;

/// For so many rooms missing events are fetched at the same time, and for so many of those that one server sent.
const ROOMS_AT_ONCE: usize = 64;
const ROOMS_OF_SERVER: usize = 4;

/// What is under way.
pub(crate) struct Inbound {
    /// The rooms in which events wait; each has a worker.
    queues: Mutex<HashMap<RoomNum, Arc<RoomQueue>>>,
    workers: Semaphore,
    /// Missing events are fetched for few rooms of a server at a time: one that stalls holds up its own.
    origins: Turns<OwnedServerName>,
    /// Transactions of a server are taken in one by one.
    senders: Turns<OwnedServerName>,
    /// The past of a room is fetched by one at a time.
    backfills: Turns<RoomNum>,
    quiet: Quiet,
    counters: Counters,
}

impl Default for Inbound {
    fn default() -> Self {
        Self {
            queues: Mutex::default(),
            workers: Semaphore::new(ROOMS_AT_ONCE),
            origins: Turns::of_few(ROOMS_OF_SERVER),
            senders: Turns::of_few(1),
            backfills: Turns::of_few(1),
            quiet: Quiet::default(),
            counters: Counters::default(),
        }
    }
}

/// Why what is missing can't be had now.
#[derive(Debug, thiserror::Error)]
pub(crate) enum GapError {
    /// Nobody who was asked gave an answer that can be used.
    #[error(transparent)]
    Peer(#[from] PeerError),
    /// What was told does not fit together.
    #[error("{0}")]
    Told(&'static str),
    /// The database can't be read or written, or the room is gone.
    #[error(transparent)]
    Room(#[from] RoomError),
}

impl From<storage::ReadError> for GapError {
    fn from(error: storage::ReadError) -> Self {
        Self::Room(error.into())
    }
}

/// Nobody could be asked.
fn nobody() -> GapError {
    GapError::Told("there is no server to ask")
}

/// The servers to ask about a room, in this order.
type Sources = [OwnedServerName];
