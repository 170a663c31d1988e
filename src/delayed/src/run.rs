//! The task that sends what is due.

use crate::{Delayed, DelayedError, DelayedEvent, Outcome, delayed::remove};
use futures_util::{StreamExt as _, stream};
use ruma::{OwnedEventId, OwnedRoomId};
use std::{collections::BTreeMap, future::Future, time::Duration};
use storage::{Commit, Durability, tables};
use tokio_util::sync::CancellationToken;

/// How many due events are looked at at once.
const ROUND: usize = 256;
/// Rooms that are sent to at the same time; the events of one room go in the order of their times.
const ROOMS: usize = 16;
/// The longest sleep, so that a clock that was set right is noticed.
const NAP: Duration = Duration::from_secs(60);
/// When an event is tried again if the server itself could not send it.
const AGAIN_MS: u64 = 60_000;

/// Sends events for those who are not there.
pub trait Deliver: Send + Sync {
    /// Why an event was not sent.
    type Refusal: Send;

    /// Sends the event now, as if its sender had asked for it. The same `id` again is the same event again.
    fn deliver(
        &self,
        id: &str,
        event: &DelayedEvent,
    ) -> impl Future<Output = Result<OwnedEventId, Self::Refusal>> + Send;

    /// The refusal as the JSON of an error answer; `None` when the server failed, so that it is worth another try.
    fn told(&self, refusal: &Self::Refusal) -> Option<String>;
}

/// What there is to do.
enum Due {
    /// The ids of the first events that are due, by room.
    Now(BTreeMap<OwnedRoomId, Vec<String>>),
    /// Nothing for so long.
    In(Duration),
}

impl Delayed {
    /// Sends what is due, and forgets what ended long ago, until the server stops.
    pub async fn run<D: Deliver>(&self, deliver: &D, stopping: CancellationToken) {
        loop {
            let rest = match self.round(deliver).await {
                Ok(rest) => rest,
                Err(error) => {
                    tracing::error!(%error, "delayed events could not be sent; it is tried again in a minute");
                    NAP
                }
            };
            tokio::select! {
                () = stopping.cancelled() => return,
                () = self.sooner.notified() => {}
                () = tokio::time::sleep(rest.min(NAP)) => {}
            }
        }
    }

    /// Does what is due. How long there is nothing to do then.
    pub(crate) async fn round<D: Deliver>(&self, deliver: &D) -> Result<Duration, DelayedError> {
        loop {
            let due = match self.due()? {
                Due::Now(due) => due,
                Due::In(rest) => return Ok(rest),
            };
            let rooms = stream::iter(due.into_values().map(|ids| async move {
                for id in ids {
                    self.settle(&id, deliver).await?;
                }
                Ok::<(), DelayedError>(())
            }));
            let mut rooms = rooms.buffer_unordered(ROOMS);
            while let Some(done) = rooms.next().await {
                done?;
            }
        }
    }

    fn due(&self) -> Result<Due, DelayedError> {
        let now_ms = self.clock.now_ms();
        let mut due: BTreeMap<OwnedRoomId, Vec<String>> = BTreeMap::new();
        let mut rest = NAP;
        for row in self.store.scan(tables::DELAYED_DUE, ..).take(ROUND) {
            let ((due_ms, id), ()) = row?;
            if due_ms > now_ms {
                rest = Duration::from_millis(due_ms - now_ms);
                break;
            }
            if let Some(event) = self.get(&id)? {
                due.entry(event.room_id).or_default().push(id);
            }
        }
        Ok(if due.is_empty() { Due::In(rest) } else { Due::Now(due) })
    }

    /// Sends or forgets one event, if that is still due.
    async fn settle<D: Deliver>(&self, id: &str, deliver: &D) -> Result<(), DelayedError> {
        let _turn = self.turn(&id).await;
        let now_ms = self.clock.now_ms();
        let Some(event) = self.get(id)?.filter(|event| event.due_ms <= now_ms) else { return Ok(()) };
        if event.outcome.is_some() {
            let mut commit = Commit::new(Durability::Lazy).positions(0);
            remove(&mut commit, id, &event);
            self.store.commit(commit).await?;
            return Ok(());
        }
        let new = match self.sent(id, &event, deliver).await {
            Ok(sent) => sent,
            Err(refusal) => match deliver.told(&refusal) {
                Some(json) => event.ended(Outcome::Refused(json), now_ms),
                None => event.put_off(now_ms.saturating_add(AGAIN_MS)),
            },
        };
        self.replace(id, &event, &new).await
    }
}
