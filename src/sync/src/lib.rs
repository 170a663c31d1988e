//! What is new for a client (spec "Syncing").
//!
//! Promises:
//! - Nothing is lost: before it sleeps, a request registers for what concerns it and then looks. A response covers the
//!   log up to one position, which is its `next_batch`.
//! - A request costs what changed: one comparison in memory for each joined room; only changed rooms are read.
//! - What is the same for all members of a room (which events, which state changed) is computed once for a stretch of the
//!   log and shared; an event's text is shared too.
//! - Nothing is written here, except that an older `since` acknowledges to-device messages, which `users` then drops.

mod account_data;
mod client;
mod delta;
mod devices;
mod ephemeral;
mod event;
mod filter;
mod filters;
mod joined;
mod lazy;
mod left;
mod pending;
mod presence;
mod request;
mod response;
mod timeline;
mod token;
mod wait;

pub use filter::{EventFilter, RoomChoice, SyncFilter};
pub use request::{StateAfter, SyncError, SyncRequest};
pub use token::Token;

use client::Clients;
use delta::Deltas;
use filters::Filters;
use lazy::SentMembers;
use rooms::Rooms;
use std::{
    sync::{Arc, atomic::AtomicUsize},
    time::Duration,
};
use storage::Store;
use users::Users;

/// What [`Sync::new`] is given.
pub struct SyncDeps {
    /// The log.
    pub store: Store,
    /// Rooms and events.
    pub rooms: Rooms,
    /// Accounts and what belongs to them.
    pub users: Users,
    /// Configuration.
    pub settings: Settings,
}

/// What sync needs to know about the server's configuration.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// The longest time that a request waits, whatever the client asks for.
    pub max_wait: Duration,
    /// Timeline events of a room, unless the client says how many.
    pub timeline_limit: usize,
    /// The most timeline events of a room, whatever the client asks for.
    pub max_timeline_limit: usize,
    /// For all caches of this crate together, in bytes.
    pub cache_bytes: u64,
}

/// Answers /sync. Cheap to clone.
#[derive(Clone)]
pub struct Sync {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    rooms: Rooms,
    users: Users,
    settings: Settings,
    clients: Clients,
    deltas: Deltas,
    filters: Filters,
    sent_members: SentMembers,
    /// Requests that sleep until something changes.
    sleeping: AtomicUsize,
}

impl Sync {
    /// Sets up the shared parts.
    pub fn new(deps: SyncDeps) -> Self {
        let SyncDeps { store, rooms, users, settings } = deps;
        let cache = settings.cache_bytes;
        Self {
            inner: Arc::new(Inner {
                clients: Clients::new(cache / 8),
                deltas: Deltas::new(cache / 2),
                filters: Filters::new(cache / 8),
                sent_members: SentMembers::new(cache / 4),
                store,
                rooms,
                users,
                settings,
                sleeping: AtomicUsize::new(0),
            }),
        }
    }
}
