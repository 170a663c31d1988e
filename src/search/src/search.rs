//! The handle that the API holds, and the task that keeps the index up with the log.

use crate::{
    SearchError,
    index::Index,
    task::{Task, task},
    worker::Worker,
};
use config::random::SharedEntropy;
use parking_lot::{Mutex, RwLock};
use rooms::Rooms;
use std::{path::PathBuf, sync::Arc, time::Duration};
use storage::{Backlog, Store, Waiting};
use tokio::sync::{Semaphore, mpsc, oneshot};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long a search waits for the index at the most.
const PATIENCE: Duration = Duration::from_secs(2);
/// With so much waiting, indexing begins.
const PLENTY: usize = 2_000;
/// So long after the first that waits, indexing begins: most of its cost is for beginning and ending.
const PAUSE: Duration = Duration::from_secs(10);
/// Without anything to index for so long, the memory for it is given back.
const IDLE: Duration = Duration::from_secs(3);
/// After a failure it is tried again so much later.
const RETRY: Duration = Duration::from_secs(60);
/// Searches at the same time.
const AT_ONCE: usize = 4;
/// Searches that wait for the index at the same time; more do not wait.
const WAITING: usize = 256;

/// What search needs to know about the server's configuration.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder of the index. Nothing else may be in it.
    pub path: PathBuf,
    /// Memory for writing to the index, in bytes, while something is indexed.
    pub memory: usize,
}

/// What [`Search::open`] is given.
pub struct SearchDeps {
    /// The log.
    pub store: Store,
    /// Rooms and events.
    pub rooms: Rooms,
    /// For the names of indexes.
    pub entropy: SharedEntropy,
    /// Configuration.
    pub settings: Settings,
}

/// The full-text index. Cheap to clone.
#[derive(Clone)]
pub struct Search {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    store: Store,
    pub(crate) rooms: Rooms,
    entropy: SharedEntropy,
    settings: Settings,
    backlog: Arc<Backlog<Task>>,
    /// What can be searched; nothing before the task has opened it.
    pub(crate) index: RwLock<Option<Arc<Index>>>,
    waiting: mpsc::Sender<oneshot::Sender<()>>,
    /// Taken by the task.
    waiters: Mutex<Option<mpsc::Receiver<oneshot::Sender<()>>>>,
    pub(crate) searching: Arc<Semaphore>,
    task: TaskTracker,
}

impl Search {
    /// Begins to follow the log. Nothing is indexed before [`Search::start`].
    pub fn open(deps: SearchDeps) -> Self {
        let SearchDeps { store, rooms, entropy, settings } = deps;
        let backlog = Backlog::of(&store, task);
        let (waiting, waiters) = mpsc::channel(WAITING);
        let inner = Inner {
            store,
            rooms,
            entropy,
            settings,
            backlog,
            index: RwLock::new(None),
            waiting,
            waiters: Mutex::new(Some(waiters)),
            searching: Arc::new(Semaphore::new(AT_ONCE)),
            task: TaskTracker::new(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Keeps the index up with the log until the server stops. Once is enough.
    pub fn start(&self, stopping: CancellationToken) {
        let waiters = self.inner.waiters.lock().take();
        if let Some(waiters) = waiters {
            self.inner.task.spawn(follow(Arc::clone(&self.inner), waiters, stopping));
            self.inner.task.close();
        }
    }

    /// How many positions of the log are still to be indexed. Few events wait up to ten seconds, unless somebody searches.
    pub fn lag(&self) -> u64 {
        self.inner.backlog.lag()
    }

    /// Waits until the task has ended, once it was told to: the folder is then free.
    pub async fn stopped(&self) {
        self.inner.task.close();
        self.inner.task.wait().await;
    }

    /// Waits until all that is visible now can be found; not for ever.
    pub(crate) async fn settle(&self) {
        let (reply, settled) = oneshot::channel();
        if self.inner.waiting.try_send(reply).is_ok() {
            // Without an answer in time, what is there has to do.
            drop(tokio::time::timeout(PATIENCE, settled).await);
        }
    }
}

type Waiters = mpsc::Receiver<oneshot::Sender<()>>;

async fn follow(inner: Arc<Inner>, mut waiters: Waiters, stopping: CancellationToken) {
    while !stopping.is_cancelled() {
        let followed = inner.follow(&mut waiters, &stopping).await;
        if let Err(error) = followed {
            tracing::warn!(%error, "nothing new can be found by searching; it is tried again in a minute");
            stopping.run_until_cancelled(tokio::time::sleep(RETRY)).await;
        }
    }
}

impl Inner {
    async fn follow(&self, waiters: &mut Waiters, stopping: &CancellationToken) -> Result<(), SearchError> {
        let mut worker = self.open_index().await?;
        worker = self.catch_up(worker, stopping).await?;
        while !stopping.is_cancelled() {
            let mut settled = Vec::new();
            tokio::select! {
                () = stopping.cancelled() => break,
                Some(reply) = waiters.recv() => {
                    settled.push(reply);
                    while let Ok(reply) = waiters.try_recv() {
                        settled.push(reply);
                    }
                }
                () = self.due() => {}
                () = tokio::time::sleep(IDLE), if worker.is_open() => {
                    worker = blocking(worker, Worker::close).await?;
                    continue;
                }
            }
            worker = self.index_waiting(worker, stopping).await?;
            for reply in settled {
                // Whoever has waited too long has gone.
                reply.send(()).ok();
            }
        }
        blocking(worker, Worker::close).await.map(drop)
    }

    /// Waits until enough waits, or something long enough.
    async fn due(&self) {
        self.backlog.at_least(1).await;
        drop(tokio::time::timeout(PAUSE, self.backlog.at_least(PLENTY)).await);
    }

    async fn open_index(&self) -> Result<Worker, SearchError> {
        let (path, store) = (self.settings.path.clone(), self.store.clone());
        let entropy = Arc::clone(&self.entropy);
        let opened = tokio::task::spawn_blocking(move || Index::open(&path, &store, entropy.as_ref())).await;
        let (index, cursor) = opened.map_err(|_| SearchError::Stopped)??;
        let index = Arc::new(index);
        *self.index.write() = Some(Arc::clone(&index));
        Ok(Worker::new(self.rooms.clone(), index, cursor, self.settings.memory))
    }

    /// Indexes what the log has brought so far.
    async fn index_waiting(
        &self,
        worker: Worker,
        stopping: &CancellationToken,
    ) -> Result<Worker, SearchError> {
        match self.backlog.take() {
            Waiting::Overrun => self.catch_up(worker, stopping).await,
            Waiting::Tasks(tasks, _) if tasks.is_empty() => Ok(worker),
            Waiting::Tasks(tasks, upto) => {
                self.store.settled(upto).await?;
                let worker = blocking(worker, move |worker| worker.apply(tasks, upto)).await?;
                Index::remember(&self.store, worker.cursor)?.await?;
                Ok(worker)
            }
        }
    }

    async fn catch_up(&self, worker: Worker, stopping: &CancellationToken) -> Result<Worker, SearchError> {
        // In this order: what the log brings from here on waits, and is not read from the database too.
        let visible = self.store.visible();
        let upto = self.backlog.skip().max(visible);
        self.store.settled(upto).await?;
        let (stop, before) = (stopping.clone(), worker.cursor);
        let worker = blocking(worker, move |worker| worker.catch_up(upto, &stop).map(drop)).await?;
        if worker.cursor != before {
            Index::remember(&self.store, worker.cursor)?.await?;
        }
        Ok(worker)
    }
}

/// Runs `work` where it may block. After a failure the worker is gone, and with it what it had not committed.
async fn blocking(
    mut worker: Worker,
    work: impl FnOnce(&mut Worker) -> Result<(), SearchError> + Send + 'static,
) -> Result<Worker, SearchError> {
    let done = tokio::task::spawn_blocking(move || work(&mut worker).map(|()| worker)).await;
    done.map_err(|_| SearchError::Stopped)?
}
