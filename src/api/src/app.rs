//! What the endpoints work with.

use crate::{limits::Limits, metrics::Metrics};
use config::{Config, clock::SharedClock, random::SharedEntropy};
use delayed::Delayed;
use federation::Federation;
use media::Media;
use push::Push;
use rooms::Rooms;
use search::Search;
use std::{ops::Deref, sync::Arc};
use storage::Store;
use sync::Sync;
use tokio_util::sync::CancellationToken;
use users::Users;

/// The server's parts, shared by all requests. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts themselves.
pub struct Parts {
    /// The operator's settings.
    pub config: Arc<Config>,
    /// Time.
    pub clock: SharedClock,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// The log and its tables.
    pub store: Store,
    /// Rooms and events.
    pub rooms: Rooms,
    /// Accounts, devices, keys.
    pub users: Users,
    /// Events to be sent later.
    pub delayed: Delayed,
    /// Other servers.
    pub federation: Federation,
    /// Uploaded files.
    pub media: Media,
    /// Reads of what changed.
    pub sync: Sync,
    /// Who is notified.
    pub push: Push,
    /// The full-text index; `None` when it is switched off.
    pub search: Option<Search>,
    /// Rates, by account and by address.
    pub limits: Limits,
    /// What is counted of requests.
    pub metrics: Metrics,
    /// Cancelled when the server begins to stop: long polls answer at once.
    pub stopping: CancellationToken,
}

impl App {
    /// Shares the parts.
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}
