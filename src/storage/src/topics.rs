//! Where each topic last changed, and who waits for it.
//!
//! Promises: a watch that is registered before the visible position is read is woken for every later change of its topics. Topic positions are exact while remembered;
//! memory is bounded, and what was pruned reads as "not since the floor". Dropping a watch deregisters it. Once the watches
//! are ended, nobody waits any more.

use crate::{Position, Topic};
use parking_lot::{Mutex, RwLock};
use rustc_hash::FxHashMap;
use slab::Slab;
use smallvec::SmallVec;
use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    task::{Poll, Waker},
};

/// When a topic last changed, as far as memory reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicPosition {
    /// The position of its last visible change.
    At(Position),
    /// It has not changed after this position; before, nobody remembers.
    NotSince(Position),
}

impl TopicPosition {
    /// Whether the topic may have changed after `position`: certain when `At`, possible when the memory does not reach back so far.
    pub fn may_be_after(self, position: Position) -> bool {
        match self {
            Self::At(at) | Self::NotSince(at) => at > position,
        }
    }
}

#[derive(Debug)]
struct Last {
    positions: FxHashMap<Topic, Position>,
    floor: Position,
    capacity: usize,
}

impl Last {
    /// Forgets the older half once there are more than `capacity` topics, so that pruning costs little per change.
    fn prune(&mut self) {
        if self.positions.len() <= self.capacity {
            return;
        }
        let mut all: Vec<Position> = self.positions.values().copied().collect();
        let middle = all.len() / 2;
        let (_, &mut floor, _) = all.select_nth_unstable(middle);
        self.positions.retain(|_, position| *position > floor);
        self.floor = floor;
    }
}

#[derive(Debug, Default)]
struct Waiter {
    /// The newest position of any of the watch's topics since it registered.
    hit: AtomicU64,
    waker: Mutex<Option<Waker>>,
}

type Registry = FxHashMap<Topic, Slab<Arc<Waiter>>>;

#[derive(Debug)]
pub(crate) struct Topics {
    visible: AtomicU64,
    last: RwLock<Last>,
    registry: Mutex<Registry>,
    ended: AtomicBool,
}

impl Topics {
    pub(crate) fn new(visible: Position, capacity: usize) -> Self {
        Self {
            visible: AtomicU64::new(visible.0),
            last: RwLock::new(Last { positions: FxHashMap::default(), floor: visible, capacity }),
            registry: Mutex::default(),
            ended: AtomicBool::new(false),
        }
    }

    pub(crate) fn visible(&self) -> Position {
        Position(self.visible.load(Ordering::SeqCst))
    }

    pub(crate) fn position(&self, topic: Topic) -> TopicPosition {
        let [position] = self.positions([topic]);
        position
    }

    pub(crate) fn positions<const N: usize>(&self, topics: [Topic; N]) -> [TopicPosition; N] {
        let last = self.last.read();
        let floor = TopicPosition::NotSince(last.floor);
        topics.map(|topic| last.positions.get(&topic).map_or(floor, |&at| TopicPosition::At(at)))
    }

    /// Makes everything up to `visible` visible, then wakes the watchers of the topics in `changes`, which are in the order of their positions.
    pub(crate) fn publish(&self, visible: Position, changes: &[(Topic, Position)]) {
        {
            let mut last = self.last.write();
            last.positions.extend(changes.iter().copied());
            last.prune();
            self.visible.store(visible.0, Ordering::SeqCst);
        }
        for waker in self.hits(changes) {
            waker.wake();
        }
    }

    fn hits(&self, changes: &[(Topic, Position)]) -> Vec<Waker> {
        let mut wakers = Vec::new();
        let registry = self.registry.lock();
        for (topic, position) in changes {
            for (_, waiter) in registry.get(topic).into_iter().flatten() {
                waiter.hit.fetch_max(position.0, Ordering::SeqCst);
                wakers.extend(waiter.waker.lock().take());
            }
        }
        wakers
    }

    pub(crate) fn watch(self: &Arc<Self>, topics: impl IntoIterator<Item = Topic>) -> Watch {
        let mut watch = Watch {
            topics: Arc::clone(self),
            waiter: Arc::default(),
            slots: SmallVec::new(),
            since: Position::ZERO,
        };
        watch.add(topics);
        // Only now: what becomes visible after this line finds the registration.
        watch.since = self.visible();
        watch
    }

    /// Wakes all who wait, for good.
    pub(crate) fn end_watches(&self) {
        self.ended.store(true, Ordering::SeqCst);
        let wakers: Vec<Waker> = {
            let registry = self.registry.lock();
            let waiters = registry.values().flatten();
            waiters.filter_map(|(_, waiter)| waiter.waker.lock().take()).collect()
        };
        wakers.into_iter().for_each(Waker::wake);
    }

    #[cfg(test)]
    fn watched(&self) -> usize {
        self.registry.lock().len()
    }
}

/// Waits for changes of a set of topics; made by [`Store::watch`](crate::Store::watch).
#[derive(Debug)]
pub struct Watch {
    topics: Arc<Topics>,
    waiter: Arc<Waiter>,
    slots: SmallVec<[(Topic, usize); 8]>,
    since: Position,
}

impl Watch {
    /// The position that was visible when the watch was armed: read up to here at least, then wait.
    pub fn since(&self) -> Position {
        self.since
    }

    /// Watches these topics too. A change between arming and this call is not seen by the watch: add first, then read.
    pub fn add(&mut self, topics: impl IntoIterator<Item = Topic>) {
        let mut registry = self.topics.registry.lock();
        for topic in topics {
            let slot = registry.entry(topic).or_default().insert(Arc::clone(&self.waiter));
            self.slots.push((topic, slot));
        }
    }

    /// The newest change of the topics after [`Watch::since`], without waiting.
    pub fn hit(&self) -> Option<Position> {
        Some(Position(self.waiter.hit.load(Ordering::SeqCst))).filter(|&hit| hit > self.since)
    }

    /// Resolves once one of the topics has a visible change after [`Watch::since`], with the position of the newest such change, and arms the watch
    /// again from there; with `None` once the store has ended its watches. Nothing is lost when the future is dropped early.
    pub async fn changed(&mut self) -> Option<Position> {
        let hit = poll_fn(|context| {
            let mut waker = self.waiter.waker.lock();
            let hit = self.hit();
            if hit.is_some() || self.topics.ended.load(Ordering::SeqCst) {
                return Poll::Ready(hit);
            }
            match &mut *waker {
                Some(old) => old.clone_from(context.waker()),
                none => *none = Some(context.waker().clone()),
            }
            Poll::Pending
        })
        .await;
        self.since = hit.unwrap_or(self.since);
        hit
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let mut registry = self.topics.registry.lock();
        for &(topic, slot) in &self.slots {
            if let Some(waiters) = registry.get_mut(&topic) {
                waiters.try_remove(slot);
                if waiters.is_empty() {
                    registry.remove(&topic);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{pin::pin, task::Context};

    fn room(id: u64) -> Topic {
        Topic::new(1, id)
    }

    fn ready(watch: &mut Watch) -> Option<Position> {
        let mut context = Context::from_waker(Waker::noop());
        match pin!(watch.changed()).poll(&mut context) {
            Poll::Ready(position) => position,
            Poll::Pending => None,
        }
    }

    #[test]
    fn a_watch_sees_its_topics_only_and_rearms() {
        let topics = Arc::new(Topics::new(Position(5), 100));
        let mut watch = topics.watch([room(1), room(2)]);
        assert_eq!(watch.since(), Position(5));
        topics.publish(Position(6), &[(room(3), Position(6))]);
        assert_eq!(ready(&mut watch), None);
        topics.publish(Position(8), &[(room(2), Position(7)), (room(1), Position(8))]);
        assert_eq!(ready(&mut watch), Some(Position(8)));
        assert_eq!(ready(&mut watch), None);
        topics.publish(Position(9), &[(room(1), Position(9))]);
        assert_eq!(ready(&mut watch), Some(Position(9)));
    }

    #[test]
    fn a_dropped_watch_leaves_nothing() {
        let topics = Arc::new(Topics::new(Position(0), 100));
        let kept = topics.watch([room(1)]);
        drop(topics.watch((0..50).map(room)));
        assert_eq!(topics.watched(), 1);
        drop(kept);
        assert_eq!(topics.watched(), 0);
    }

    #[test]
    fn nobody_waits_once_the_watches_are_ended() {
        let topics = Arc::new(Topics::new(Position(0), 100));
        let mut watch = topics.watch([room(1)]);
        let mut context = Context::from_waker(Waker::noop());
        assert_eq!(pin!(watch.changed()).poll(&mut context), Poll::Pending);
        topics.end_watches();
        assert_eq!(pin!(watch.changed()).poll(&mut context), Poll::Ready(None));
        topics.publish(Position(1), &[(room(1), Position(1))]);
        assert_eq!(pin!(watch.changed()).poll(&mut context), Poll::Ready(Some(Position(1))));
    }

    #[test]
    fn pruning_raises_the_floor_and_keeps_the_newest() {
        let topics = Topics::new(Position(10), 8);
        assert_eq!(topics.position(room(1)), TopicPosition::NotSince(Position(10)));
        for n in 11..=19 {
            topics.publish(Position(n), &[(room(n), Position(n))]);
        }
        assert_eq!(topics.position(room(11)), TopicPosition::NotSince(Position(15)));
        assert_eq!(topics.position(room(19)), TopicPosition::At(Position(19)));
        let last = topics.last.read();
        assert_eq!(last.positions.len(), 4);
    }

    #[test]
    fn no_wake_up_is_lost_between_threads() {
        const ROUNDS: u64 = 20_000;
        let topics = Arc::new(Topics::new(Position(0), 8));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(3)
            .enable_time()
            .build()
            .expect("a runtime");
        let waiters: Vec<_> = (0..3)
            .map(|_| {
                let topics = Arc::clone(&topics);
                // As /sync does: register, read, wait, and register anew.
                runtime.spawn(async move {
                    let mut seen = Position(0);
                    while seen < Position(ROUNDS) {
                        let mut watch = topics.watch([room(1)]);
                        if let TopicPosition::At(at) = topics.position(room(1))
                            && at > seen
                        {
                            seen = at;
                        } else {
                            seen = watch.changed().await.expect("it is watched to the end");
                        }
                    }
                })
            })
            .collect();
        for n in 1..=ROUNDS {
            topics.publish(Position(n), &[(room(1), Position(n))]);
            if n % 64 == 0 {
                std::thread::yield_now();
            }
        }
        runtime.block_on(async {
            for waiter in waiters {
                tokio::time::timeout(std::time::Duration::from_secs(30), waiter)
                    .await
                    .expect("a wake-up was lost")
                    .expect("no panic");
            }
        });
        assert_eq!(topics.watched(), 0);
    }
}
