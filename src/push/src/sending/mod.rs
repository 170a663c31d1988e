//! Pushes on their way out: what notifies people who have pushers is brought to each of those, and so is how much is still
//! unread after they have read (spec "Push Notifications").
//!
//! Promises:
//! - What a pusher has yet to bring is a row, written in the commit that moves the cursor of the judging: nothing is left out
//!   whenever the server stops. Rows go when they are delivered, read, redacted, an hour old, or too many.
//! - One push is under way to a pusher at a time, from the oldest to the newest. A pusher that fails is left in peace for a time
//!   that doubles up to an hour; one that is said to be no good any more is removed.
//! - There is a bound on all pushes under way, and places that do not answer have a bound of their own, so they hold up nobody.

mod badge;
mod deliver;
mod due;
mod gateway;
mod notice;
mod outcome;
mod rows;
mod web;

pub(crate) use self::rows::Outbox;
pub use self::web::{WrongSubscription, check_subscription, is_web_push};

use self::{badge::Unread, web::Vapid};
use crate::{
    PushError,
    figures::{Counters, PushFigures},
};
use config::{clock::SharedClock, random::SharedEntropy};
use net::{Client, Within};
use parking_lot::Mutex;
use rooms::{Rooms, UserNum};
use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
    time::Duration,
};
use storage::Store;
use tokio::sync::{Notify, Semaphore};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use users::{Users, pushers::StoredPusher};

/// Pushes under way to places that answered last time.
const TO_PRESENT: usize = 100;
/// Pushes under way to places that did not.
const TO_SILENT: usize = 20;
/// How much whoever takes a push may take to say so.
const WITHIN: Within = Within { time: Duration::from_secs(10), bytes: 64 * 1024 };
/// How long a stop waits for pushes that are under way.
const GRACE: Duration = Duration::from_secs(3);

/// What [`Sender::open`] is given.
pub struct SenderDeps {
    /// The database.
    pub store: Store,
    /// Rooms and events.
    pub rooms: Rooms,
    /// People and their pushers.
    pub users: Users,
    /// For requests to push gateways and push services.
    pub client: Client,
    /// How push services reach whoever runs this server, a `mailto:` or `https:` address.
    pub contact: String,
    /// Time.
    pub clock: SharedClock,
    /// Randomness.
    pub entropy: SharedEntropy,
    /// Cancelled when the server begins to stop.
    pub stopping: CancellationToken,
}

/// Brings pushes to where people want them. Cheap to clone.
#[derive(Clone)]
pub struct Sender {
    inner: Arc<Inner>,
}

struct Inner {
    store: Store,
    rooms: Rooms,
    users: Users,
    client: Client,
    vapid: Vapid,
    clock: SharedClock,
    entropy: SharedEntropy,
    stopping: CancellationToken,
    /// The pushers that have something to bring.
    running: Mutex<BTreeMap<Address, Running>>,
    /// Places that did not answer last time.
    silent: Mutex<HashSet<String>>,
    to_present: Semaphore,
    to_silent: Semaphore,
    /// The unread counts that people's pushers were last told, for those who were told since the start.
    told: Mutex<HashMap<UserNum, Unread>>,
    counters: Counters,
    tasks: TaskTracker,
}

/// A pusher: whose, of which app, and of which instance of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Address {
    user: UserNum,
    app_id: String,
    pushkey: String,
}

impl From<&StoredPusher> for Address {
    fn from(pusher: &StoredPusher) -> Self {
        Self { user: pusher.user, app_id: pusher.app_id.clone(), pushkey: pusher.pushkey.clone() }
    }
}

/// The task of a pusher.
#[derive(Default)]
struct Running {
    /// There may be rows that it has not seen.
    more: bool,
    /// Rows that came while it was at work or waited.
    came: usize,
    /// The pusher was set anew: it is worth a try.
    changed: Arc<Notify>,
}

impl Sender {
    /// Begins with nothing under way. At the first start, a key for Web Push is made.
    ///
    /// # Errors
    /// When the database can't be read or written.
    pub async fn open(deps: SenderDeps) -> Result<Self, PushError> {
        let SenderDeps { store, rooms, users, client, contact, clock, entropy, stopping } = deps;
        let vapid = Vapid::open(&store, entropy.as_ref(), contact).await?;
        let inner = Inner {
            store,
            rooms,
            users,
            client,
            vapid,
            clock,
            entropy,
            stopping,
            running: Mutex::default(),
            silent: Mutex::default(),
            to_present: Semaphore::new(TO_PRESENT),
            to_silent: Semaphore::new(TO_SILENT),
            told: Mutex::default(),
            counters: Counters::default(),
            tasks: TaskTracker::new(),
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The public key that browsers subscribe to (RFC 8292), uncompressed, in base64url without padding.
    pub fn vapid_key(&self) -> &str {
        self.inner.vapid.public()
    }

    /// What was sent since the start.
    pub fn figures(&self) -> PushFigures {
        self.inner.counters.read(self.inner.running.lock().len())
    }

    /// Waits until what was under way when the server was told to stop has an answer, but not for long.
    pub async fn stopped(&self) {
        self.inner.tasks.close();
        // What has no answer by now is brought after the next start.
        drop(tokio::time::timeout(GRACE, self.inner.tasks.wait()).await);
    }

    /// Goes on with what waited when the server stopped.
    pub(crate) fn resume(&self) -> Result<(), PushError> {
        for address in self.inner.addresses()? {
            self.wake(address, 1);
        }
        Ok(())
    }

    /// A person has other pushers: what waits for those that are gone goes, and those that failed are tried again.
    pub(crate) async fn pushers_changed(&self, user: UserNum) -> Result<(), PushError> {
        self.inner.tidy(user).await?;
        for (address, running) in self.inner.running.lock().iter() {
            if address.user == user {
                running.changed.notify_one();
            }
        }
        Ok(())
    }

    /// Rows wait for a pusher: sees to it that they are brought. Whether too many may wait by now.
    fn wake(&self, address: Address, count: usize) -> bool {
        let mut running = self.inner.running.lock();
        if let Some(running) = running.get_mut(&address) {
            running.more = true;
            running.came += count;
            let many = running.came > rows::MOST_WAITING;
            if many {
                running.came = 0;
            }
            return many;
        }
        let entry = running.entry(address.clone()).or_default();
        let changed = Arc::clone(&entry.changed);
        let inner = Arc::clone(&self.inner);
        self.inner.tasks.spawn(async move { inner.bring(&address, &changed).await });
        count > rows::MOST_WAITING
    }
}

impl Inner {
    /// The task of a pusher looks for what waits.
    fn look(&self, address: &Address) {
        if let Some(running) = self.running.lock().get_mut(address) {
            running.more = false;
            running.came = 0;
        }
    }

    /// The task of a pusher found nothing more. Whether it ends.
    fn rest(&self, address: &Address) -> bool {
        let mut running = self.running.lock();
        if running.get(address).is_some_and(|running| running.more) {
            return false;
        }
        running.remove(address);
        true
    }
}
