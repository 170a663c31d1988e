//! Working off the events of a room that wait for others.

use super::{
    GapError,
    queue::{MOST_IN_ROOM, Next, RoomQueue, Waiting},
};
use crate::Federation;
use events::Pdu;
use rooms::{Outcome, Received, RoomError, RoomNum, RoomRef};
use ruma::{EventId, OwnedEventId};
use std::{collections::HashSet, sync::Arc, time::Duration};

/// The most events of all rooms that wait.
const MOST: usize = 50_000;
/// How long one try may take.
const TRY: Duration = Duration::from_secs(300);
/// After how many tries an event is dropped.
const MOST_TRIES: u32 = 6;
/// How long an event waits after the first try; each time four times as long.
const FIRST_WAIT: Duration = Duration::from_secs(20);

/// How a try went.
enum Tried {
    /// The event waits no more.
    Done,
    /// These are missing still.
    Missing(Vec<OwnedEventId>),
}

impl Federation {
    /// Goes on with what waited when the server stopped. To be called once, at the start.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn start(&self) -> Result<(), RoomError> {
        for (room, id, waiting) in self.all_staged()? {
            self.enqueue(room, vec![(id, waiting)]);
        }
        Ok(())
    }

    /// How many events of a room may still be put aside.
    pub(super) fn room_for_more(&self, room: RoomNum) -> usize {
        let queues = self.inner.inbound.queues.lock();
        let all: usize = queues.values().map(|queue| queue.len()).sum();
        let here = queues.get(&room).map_or(0, |queue| queue.len());
        MOST_IN_ROOM.saturating_sub(here).min(MOST.saturating_sub(all))
    }

    /// Hands events that were put aside to the worker of their room.
    pub(super) fn enqueue(&self, room: RoomNum, events: Vec<(OwnedEventId, Waiting)>) {
        let mut queues = self.inner.inbound.queues.lock();
        let queue = queues.entry(room).or_insert_with(|| {
            let queue = Arc::new(RoomQueue::default());
            tokio::spawn(self.clone().work(room, Arc::clone(&queue)));
            queue
        });
        for (id, waiting) in events {
            queue.add(id, waiting);
        }
    }

    /// Events of a room were taken in: others may have waited for them.
    pub(super) fn arrived<'a>(&self, room: RoomNum, ids: impl IntoIterator<Item = &'a EventId>) {
        let queue = self.inner.inbound.queues.lock().get(&room).cloned();
        if let Some(queue) = queue {
            queue.arrived(ids);
        }
    }

    /// The worker of a room: there as long as something waits.
    async fn work(self, room: RoomNum, queue: Arc<RoomQueue>) {
        let stopping = self.inner.stopping.clone();
        let all = async {
            loop {
                match queue.next(self.inner.clock.now_ms()) {
                    Next::Event(id) => self.work_off(room, &queue, &id).await,
                    Next::At(ms) => {
                        let wait = Duration::from_millis(ms.saturating_sub(self.inner.clock.now_ms()).max(1));
                        // Nothing is lost when something changes now: a notification is kept.
                        drop(tokio::time::timeout(wait, queue.changed.notified()).await);
                    }
                    Next::Nothing => {
                        let mut queues = self.inner.inbound.queues.lock();
                        if queue.is_empty() {
                            queues.remove(&room);
                            return;
                        }
                    }
                }
            }
        };
        tokio::select! {
            () = all => {}
            () = stopping.cancelled() => {}
        }
    }

    async fn work_off(&self, room: RoomNum, queue: &RoomQueue, id: &EventId) {
        let Some(waiting) = queue.get(id) else { return };
        let why = match self.try_one(room, queue, id, &waiting).await {
            Ok(why) => why,
            Err(error) => {
                tracing::error!(event = %id, %error, "an event that waits can't be worked off");
                Some(HashSet::new())
            }
        };
        let Some(missing) = why else {
            queue.remove(id);
            return;
        };
        let tries = waiting.tries + 1;
        let wait = FIRST_WAIT * 4_u32.pow(waiting.tries.min(MOST_TRIES));
        let wait = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        queue.put_off(id, tries, self.inner.clock.now_ms().saturating_add(wait), missing);
    }

    /// Tries one event. `None` when it waits no more, else what it waits for.
    async fn try_one(
        &self,
        room: RoomNum,
        queue: &RoomQueue,
        id: &EventId,
        waiting: &Waiting,
    ) -> Result<Option<HashSet<OwnedEventId>>, RoomError> {
        let known = self.inner.rooms.room_by_num(room)?;
        let (Some(known), Some(pdu)) = (known, self.staged(room, id)?) else {
            // Taken in by other ways, or its room was purged.
            self.unstage(room, id).await?;
            return Ok(None);
        };
        let missing = match self.try_event(&known, &pdu, waiting).await? {
            Tried::Done => {
                self.unstage(room, id).await?;
                self.tell_others(queue)?;
                return Ok(None);
            }
            Tried::Missing(_) if waiting.tries + 1 >= MOST_TRIES => {
                tracing::info!(room = %known.id, event = %id, "an event is dropped: what it needs can't be had");
                self.unstage(room, id).await?;
                return Ok(None);
            }
            Tried::Missing(missing) => missing,
        };
        self.tell_others(queue)?;
        let tried = Waiting { tries: waiting.tries + 1, ..waiting.clone() };
        Federation::put_off(self, room, &pdu, &tried).await?;
        Ok(Some(missing.into_iter().collect()))
    }

    /// Takes the event in, if need be after fetching what it needs.
    async fn try_event(&self, room: &RoomRef, pdu: &Pdu, waiting: &Waiting) -> Result<Tried, RoomError> {
        if !self.inner.rooms.is_resident(room.num)? {
            // Nobody here wants to hear of it any more.
            return Ok(Tried::Done);
        }
        let receive = async || {
            let outcome = self.inner.rooms.receive(&room.id, pdu.clone(), Received::Live).await?;
            self.inner.inbound.counters.outcome(&outcome);
            Ok::<_, RoomError>(outcome)
        };
        let Outcome::Missing { prev, auth } = receive().await? else { return Ok(Tried::Done) };
        let _turn = self.inner.inbound.origins.wait(waiting.origin.clone()).await;
        let _worker = self.inner.inbound.workers.acquire().await;
        let filled = tokio::time::timeout(TRY, self.fill(room, &waiting.origin, pdu, &prev)).await;
        match filled {
            Ok(Ok(())) => {}
            Ok(Err(GapError::Room(error))) => return Err(error),
            Ok(Err(why)) => {
                tracing::info!(room = %room.id, event = %pdu.event_id(), %why, "what comes before an event can't be had now");
                return Ok(Tried::Missing(prev.into_iter().chain(auth).collect()));
            }
            Err(_) => {
                tracing::info!(room = %room.id, event = %pdu.event_id(), "fetching what comes before an event took too long");
                return Ok(Tried::Missing(prev.into_iter().chain(auth).collect()));
            }
        }
        Ok(match receive().await? {
            Outcome::Missing { prev, auth } => Tried::Missing(prev.into_iter().chain(auth).collect()),
            _ => Tried::Done,
        })
    }

    /// Others may have waited for what was fetched for this one.
    fn tell_others(&self, queue: &RoomQueue) -> Result<(), RoomError> {
        let mut here = Vec::new();
        for id in queue.missing() {
            let event = self.inner.rooms.event_by_id(&id)?;
            if event.is_some_and(|event| !event.meta.flags.outlier) {
                here.push(id);
            }
        }
        queue.arrived(here.iter().map(AsRef::as_ref));
        Ok(())
    }
}
