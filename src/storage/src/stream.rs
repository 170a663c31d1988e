//! Encoded groups as they are committed, for replicas.

use crate::{Position, group::Group};
use bytes::Bytes;
use futures_core::Stream;
use parking_lot::Mutex;
use std::{
    future::poll_fn,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};
use tokio::sync::mpsc;

/// What may wait for a slow reader before it is let go.
const MAX_WAITING: usize = 64 << 20;

/// The reader was too slow and has been let go: begin again from a checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the reader of the log fell too far behind: begin again from a checkpoint")]
pub struct Lagged;

/// Every group after [`GroupStream::start`], encoded, in order and without gaps. Ends with the store, or with [`Lagged`].
#[derive(Debug)]
pub struct GroupStream {
    start: Position,
    waiting: Arc<AtomicUsize>,
    groups: mpsc::UnboundedReceiver<Result<Bytes, Lagged>>,
}

impl GroupStream {
    /// The position before the first group of the stream.
    pub fn start(&self) -> Position {
        self.start
    }

    /// The next group; `None` when the store is closed.
    pub async fn next(&mut self) -> Option<Result<Bytes, Lagged>> {
        poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await
    }

    /// The next group if there is one already.
    pub fn try_next(&mut self) -> Option<Result<Bytes, Lagged>> {
        let group = self.groups.try_recv().ok();
        self.took(group.as_ref());
        group
    }

    fn took(&self, group: Option<&Result<Bytes, Lagged>>) {
        if let Some(Ok(bytes)) = group {
            self.waiting.fetch_sub(bytes.len(), Ordering::Relaxed);
        }
    }
}

impl Stream for GroupStream {
    type Item = Result<Bytes, Lagged>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let polled = self.groups.poll_recv(context);
        if let Poll::Ready(group) = &polled {
            self.took(group.as_ref());
        }
        polled
    }
}

#[derive(Debug)]
struct Reader {
    waiting: Arc<AtomicUsize>,
    groups: mpsc::UnboundedSender<Result<Bytes, Lagged>>,
}

impl Reader {
    /// Whether the reader stays.
    fn send(&self, bytes: &Bytes) -> bool {
        if self.waiting.fetch_add(bytes.len(), Ordering::Relaxed) > MAX_WAITING {
            tracing::warn!("a reader of the log is too slow and is let go");
            drop(self.groups.send(Err(Lagged)));
            return false;
        }
        self.groups.send(Ok(bytes.clone())).is_ok()
    }
}

#[derive(Debug, Default)]
pub(crate) struct Readers(Mutex<Vec<Reader>>);

impl Readers {
    /// `start` must be the last position sent; the caller holds the writer's lock.
    pub(crate) fn add(&self, start: Position) -> GroupStream {
        let (sender, groups) = mpsc::unbounded_channel();
        let waiting = Arc::<AtomicUsize>::default();
        self.0.lock().push(Reader { waiting: Arc::clone(&waiting), groups: sender });
        GroupStream { start, waiting, groups }
    }

    pub(crate) fn send(&self, group: &Group) {
        let mut readers = self.0.lock();
        if readers.is_empty() {
            return;
        }
        let bytes = group.encode();
        readers.retain(|reader| reader.send(&bytes));
    }

    pub(crate) fn end(&self) {
        self.0.lock().clear();
    }
}
