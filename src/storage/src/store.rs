use crate::{
    Position, Topic,
    commit::Commit,
    engine::{Engine, Status},
    error::{ApplyError, CheckpointError, OpenError, WriteError},
    group::Group,
    metrics::StorageMetrics,
    open,
    options::Options,
    queue::Ticket,
    stream::GroupStream,
    topics::{TopicPosition, Watch},
    writer::Writer,
};
use parking_lot::Mutex;
use std::{path::Path, sync::Arc, thread::JoinHandle};

/// The database and its one ordered log. A cheap handle; when the last one goes, the store is closed as by [`Store::close`].
#[derive(Clone)]
pub struct Store(Arc<Handle>);

struct Handle {
    engine: Arc<Engine>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

impl Handle {
    fn close(&self) {
        self.engine.queue.close();
        let thread = self.thread.lock().take();
        // A panic there has been logged, and has turned the store read-only.
        // An observer that held the last handle for a moment closes the store from within: that thread ends by itself.
        if let Some(thread) = thread.filter(|thread| thread.thread().id() != std::thread::current().id()) {
            drop(thread.join());
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.close();
    }
}

impl Store {
    /// Opens the store in a folder, which it may make, and starts the commit thread. After a clean close the order goes on exactly where it stood; after a
    /// crash it goes on behind everything that may have been given out, in a new epoch.
    pub fn open(path: &Path, options: Options) -> Result<Self, OpenError> {
        let (mut db, state) = open::open(path, &options)?;
        db.fail_writes(options.fail_writes);
        let engine = Arc::new(Engine::new(
            db,
            Writer::new(state, options.follow),
            options.max_queue_bytes,
            options.max_topics,
        ));
        if options.follow {
            engine.queue.become_follower();
        }
        let runner = Arc::clone(&engine);
        let thread = std::thread::Builder::new()
            .name("commit".to_owned())
            .spawn(move || runner.run())
            .map_err(|error| OpenError::Io { path: path.to_owned(), why: error.to_string() })?;
        Ok(Self(Arc::new(Handle { engine, thread: Mutex::new(Some(thread)) })))
    }

    pub(crate) fn engine(&self) -> &Engine {
        &self.0.engine
    }

    /// Takes the commit's place and positions in the queue, in the order of the calls, and returns at once; never waits for the disk. The ticket resolves
    /// when the commit is as durable as it asked for, and visible.
    pub fn submit(&self, commit: Commit) -> Result<Ticket, WriteError> {
        self.engine().queue.submit(commit, &self.engine().overlay)
    }

    /// [`Store::submit`], then waits; the commit's last position. Dropping the future does not take the commit back.
    pub async fn commit(&self, commit: Commit) -> Result<Position, WriteError> {
        self.submit(commit)?.await
    }

    /// A ticket that resolves once everything submitted so far is fsync'd, lazy commits too.
    pub fn flush(&self) -> Result<Ticket, WriteError> {
        self.engine().queue.flush()
    }

    /// The last position of which everything is on disk (but ephemeral notes) and known to all observers.
    pub fn visible(&self) -> Position {
        self.engine().topics.visible()
    }

    /// When a topic last changed.
    pub fn topic_position(&self, topic: Topic) -> TopicPosition {
        self.engine().topics.position(topic)
    }

    /// When each of these topics last changed, in their order; cheaper than one by one.
    pub fn topic_positions<const N: usize>(&self, topics: [Topic; N]) -> [TopicPosition; N] {
        self.engine().topics.positions(topics)
    }

    /// Registers for changes of any of the topics after the position that is visible now. Register, then read, then wait: nothing is missed.
    pub fn watch(&self, topics: impl IntoIterator<Item = Topic>) -> Watch {
        self.engine().topics.watch(topics)
    }

    /// The server stops: whoever waits for a change is woken, and nobody waits any more.
    pub fn end_watches(&self) {
        self.engine().topics.end_watches();
    }

    /// Calls `observer` for every group from now on, in order, on the commit thread, before the group's positions are visible; for views in memory. It must be
    /// quick and must not panic. It may read and submit; waiting for a ticket, or calling `observe`, `groups`, `epoch` or `close`, would wait for itself.
    pub fn observe(&self, observer: impl Fn(&Group) + Send + Sync + 'static) {
        self.engine().observe(Box::new(observer));
    }

    /// [`Store::observe`] for a view that others hold: once they let it go it hears no more. The store does not keep it, as
    /// a view that holds the store would then keep it open for ever.
    pub fn feed<T: Send + Sync + 'static>(
        &self,
        view: &Arc<T>,
        take: impl Fn(&T, &Group) + Send + Sync + 'static,
    ) {
        let view = Arc::downgrade(view);
        self.observe(move |group| {
            if let Some(view) = view.upgrade() {
                take(&view, group);
            }
        });
    }

    /// Waits until what observers have seen, up to a position, is what readers see.
    pub async fn settled(&self, upto: Position) -> Result<(), WriteError> {
        if self.visible() < upto {
            self.flush()?.await?;
        }
        Ok(())
    }

    /// Every group from now on, encoded.
    pub fn groups(&self) -> GroupStream {
        self.engine().groups()
    }

    /// Writes a group that another store has made, waits for the write, and returns the visible position. A group that is applied already is left
    /// alone; one that does not follow is refused, and nothing changes.
    pub fn apply(&self, encoded: &[u8]) -> Result<Position, ApplyError> {
        self.engine().apply(encoded)
    }

    /// Copies the whole store into a new folder on the same file system, while it runs; the position up to which the copy has every write. The folder can be
    /// opened as a store of its own, or with [`Options::follow`] as a replica of this one. Blocks for as long as it takes to write out the buffers.
    pub fn checkpoint(&self, to: &Path) -> Result<Position, CheckpointError> {
        self.engine().checkpoint(to)
    }

    /// Whether the store takes writes.
    pub fn status(&self) -> Status {
        self.engine().status()
    }

    /// The epoch of the groups being written.
    pub fn epoch(&self) -> u64 {
        self.engine().epoch()
    }

    /// Figures for operators.
    pub fn metrics(&self) -> StorageMetrics {
        let engine = self.engine();
        let (queue_length, queue_bytes) = engine.queue.length();
        StorageMetrics {
            queue_length,
            queue_bytes,
            cache_bytes: engine.db.cache.get_usage(),
            write_buffer_bytes: engine.db.buffers.get_usage(),
            disk_bytes: engine.db.property_sum("rocksdb.total-sst-files-size"),
            ..engine.counters.read()
        }
    }

    /// Refuses further commits, finishes those in line, and writes out all buffers, so that the next open is quick and goes on at the exact position. Blocks meanwhile.
    /// Reads go on; the folder is free once the last handle is gone.
    pub fn close(&self) -> Result<(), WriteError> {
        self.0.close();
        match self.status() {
            Status::ReadWrite => Ok(()),
            Status::ReadOnly { why } => Err(WriteError::ReadOnly(why)),
        }
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("visible", &self.visible())
            .field("status", &self.status())
            .finish_non_exhaustive()
    }
}
