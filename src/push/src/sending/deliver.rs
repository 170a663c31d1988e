//! The task of a pusher: it lives while something waits.

use super::{
    Address, Inner,
    due::{Due, DueEvent},
    notice::Notice,
    outcome::Outcome,
    rows::{COUNTS, PushRecord},
    web::is_web_push,
};
use crate::{PushError, figures::count};
use net::pause_after;
use serde_json::Value;
use std::time::Duration;
use tokio::sync::{Notify, SemaphorePermit};
use url::Url;
use users::pushers::StoredPusher;

/// What became of what a pusher was to bring.
enum Brought {
    /// All that waited is brought.
    All,
    /// One push.
    One,
    /// None, and the next try is after so long, if that was said.
    None(Option<Duration>),
}

impl Inner {
    /// Brings what waits for a pusher until nothing does.
    pub(super) async fn bring(&self, address: &Address, changed: &Notify) {
        if let Err(error) = self.bring_all(address, changed).await {
            self.running.lock().remove(address);
            if !self.stopping.is_cancelled() {
                tracing::error!(%error, "what waits for a pusher can't be read or written; it is tried again with the next event");
            }
        }
    }

    async fn bring_all(&self, address: &Address, changed: &Notify) -> Result<(), PushError> {
        let mut failures = 0;
        while !self.stopping.is_cancelled() {
            match self.bring_next(address, failures).await? {
                Brought::All => {
                    if self.rest(address) {
                        return Ok(());
                    }
                }
                Brought::One => failures = 0,
                Brought::None(after) => {
                    let wait = pause_after(failures, self.entropy.as_ref()).max(after.unwrap_or_default());
                    failures = failures.saturating_add(1);
                    tokio::select! {
                        () = self.stopping.cancelled() => {}
                        () = tokio::time::sleep(wait) => {}
                        () = changed.notified() => {}
                    }
                }
            }
        }
        Ok(())
    }

    async fn bring_next(&self, address: &Address, failures: u32) -> Result<Brought, PushError> {
        self.look(address);
        match self.next(address).await? {
            Due::Nothing => Ok(Brought::All),
            Due::Event(pusher, due) => self.bring_event(address, (&pusher, failures), &due).await,
            Due::Counts(pusher, record) => self.bring_counts(address, (&pusher, failures), &record).await,
        }
    }

    async fn bring_event(
        &self,
        address: &Address,
        (pusher, failures): (&StoredPusher, u32),
        due: &DueEvent,
    ) -> Result<Brought, PushError> {
        let unread = self.unread(address.user)?;
        let notice = self.notice(address.user, due, unread)?;
        let outcome = self.send(pusher, &notice, failures).await;
        if outcome == Outcome::Taken {
            self.told.lock().insert(address.user, unread);
            count(&self.counters.sent);
        }
        self.settle(pusher, address, due.order, outcome).await
    }

    async fn bring_counts(
        &self,
        address: &Address,
        (pusher, failures): (&StoredPusher, u32),
        record: &PushRecord,
    ) -> Result<Brought, PushError> {
        // Before the counts are taken: who reads on meanwhile has them wait again.
        self.drop_rows(address, &[COUNTS]).await?;
        let unread = self.unread(address.user)?;
        let outcome = self.send(pusher, &Notice::of_counts(unread), failures).await;
        match &outcome {
            Outcome::Taken => count(&self.counters.counts_sent),
            Outcome::Failed(..) | Outcome::Silence(_) => self.put_back_counts(address, record).await?,
            Outcome::Gone | Outcome::Refused(_) => {}
        }
        self.settle(pusher, address, COUNTS, outcome).await
    }

    /// Draws the consequences.
    async fn settle(
        &self,
        pusher: &StoredPusher,
        address: &Address,
        order: i64,
        outcome: Outcome,
    ) -> Result<Brought, PushError> {
        let (why, after) = match outcome {
            Outcome::Taken if order == COUNTS => return Ok(Brought::One),
            Outcome::Taken => {
                self.drop_rows(address, &[order]).await?;
                return Ok(Brought::One);
            }
            Outcome::Refused(why) => {
                count(&self.counters.refused);
                tracing::warn!(app = pusher.app_id, place = place(pusher), %why, "a push is not taken and is left out");
                self.drop_rows(address, &[order]).await?;
                return Ok(Brought::One);
            }
            Outcome::Gone => {
                count(&self.counters.removed);
                tracing::debug!(
                    app = pusher.app_id,
                    place = place(pusher),
                    "a pusher is removed: nobody is there any more"
                );
                self.users.pushers.remove(address.user, &address.app_id, &address.pushkey).await?;
                self.drop_all(address).await?;
                return Ok(Brought::One);
            }
            Outcome::Failed(why, after) => (why, after),
            Outcome::Silence(why) => (why, None),
        };
        count(&self.counters.failed);
        tracing::debug!(app = pusher.app_id, place = place(pusher), %why, "a push is not taken; it is tried again");
        Ok(Brought::None(after))
    }

    /// Sends a push, once there is room for one more.
    async fn send(&self, pusher: &StoredPusher, notice: &Notice, failures: u32) -> Outcome {
        let place = place(pusher);
        let Some(turn) = self.turn(&place, failures).await else {
            return Outcome::Failed("the server stops".to_owned(), None);
        };
        let kind = pusher.json.get("kind").and_then(Value::as_str).unwrap_or_default();
        let outcome = if is_web_push(kind) {
            self.to_push_service(pusher, notice).await
        } else {
            self.to_gateway(pusher, notice).await
        };
        drop(turn);
        let mut silent = self.silent.lock();
        match &outcome {
            Outcome::Silence(why) if silent.insert(place.clone()) => {
                tracing::info!(place, %why, "pushes are not taken; they are tried again");
            }
            Outcome::Silence(_) => {}
            _ if silent.remove(&place) => tracing::info!(place, "pushes are taken again"),
            _ => {}
        }
        outcome
    }

    /// Waits for room for one more push. `None` when the server stops.
    async fn turn(&self, place: &str, failures: u32) -> Option<SemaphorePermit<'_>> {
        let is_silent = || failures > 0 || self.silent.lock().contains(place);
        let wait = async {
            if !is_silent() {
                let turn = self.to_present.acquire().await.ok()?;
                // Others may have found out meanwhile.
                if !is_silent() {
                    return Some(turn);
                }
            }
            self.to_silent.acquire().await.ok()
        };
        self.stopping.run_until_cancelled(wait).await.flatten()
    }
}

/// Where a pusher's pushes go, as far as it is the same for all its people: the scheme, host and port. No more of the address is
/// for logs, as it is a secret of the device.
fn place(pusher: &StoredPusher) -> String {
    let data = pusher.json.get("data");
    let url = data.and_then(|data| data.get("url").or_else(|| data.get("endpoint")));
    let url = url.and_then(|url| url.as_str()).and_then(|url| Url::parse(url).ok());
    url.map(|url| url.origin().ascii_serialization()).unwrap_or_default()
}
