//! What waits for pushers, in the database.

use super::{Address, Inner, Sender};
use crate::PushError;
use rooms::{EventNum, UserNum};
use ruma::push::Action;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use storage::{Commit, Durability, tables};
use users::pushers::StoredPusher;

/// The order of the row that stands for unread counts alone: they come after all events.
pub(super) const COUNTS: i64 = i64::MAX;
/// Rows that may wait for a pusher: who comes back to more than that reads them in the app.
pub(super) const MOST_WAITING: usize = 100;

/// A row of `PUSHES`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct PushRecord {
    /// The event; `None` for unread counts alone.
    pub(super) event: Option<u64>,
    /// How it is to be presented, as a JSON object (spec "Actions").
    pub(super) tweaks: String,
    /// When it came, in milliseconds since the epoch.
    pub(super) at_ms: u64,
}

/// What is about to wait.
#[derive(Default)]
pub(crate) struct Outbox {
    rows: Vec<(Address, i64, PushRecord)>,
}

impl Outbox {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }
}

/// What actions say of how an event is to be presented, as a JSON object.
fn tweaks(actions: &[Action]) -> Map<String, Value> {
    let tweaks = actions.iter().filter_map(|action| match action {
        Action::SetTweak(tweak) => serde_json::to_value(tweak).ok(),
        _ => None,
    });
    let named = tweaks.filter_map(|tweak| {
        let name = tweak.get("set_tweak")?.as_str()?.to_owned();
        // A tweak that is merely named is on.
        Some((name, tweak.get("value").cloned().unwrap_or(Value::Bool(true))))
    });
    named.collect()
}

impl Sender {
    /// Has an event wait for all pushers of a person.
    pub(crate) fn notify(
        &self,
        outbox: &mut Outbox,
        user: UserNum,
        (event, order): (EventNum, i64),
        actions: &[Action],
    ) -> Result<(), PushError> {
        let tweaks = Value::Object(tweaks(actions)).to_string();
        let record = PushRecord { event: Some(event.0), tweaks, at_ms: self.inner.clock.now_ms() };
        for pusher in self.inner.users.pushers.of(user)? {
            outbox.rows.push((Address::from(&pusher), order, record.clone()));
        }
        Ok(())
    }

    /// Has a person's unread counts wait for their pushers, if those were told otherwise.
    pub(crate) fn tell_counts(&self, outbox: &mut Outbox, user: UserNum) -> Result<(), PushError> {
        let unread = self.inner.unread(user)?;
        if self.inner.told.lock().insert(user, unread) == Some(unread) {
            return Ok(());
        }
        let record = PushRecord { event: None, tweaks: String::new(), at_ms: self.inner.clock.now_ms() };
        for pusher in self.inner.users.pushers.of(user)?.iter().filter(|pusher| wants_counts(pusher)) {
            outbox.rows.push((Address::from(pusher), COUNTS, record.clone()));
        }
        Ok(())
    }

    /// Writes what is about to wait and how far the log is judged, and has it brought.
    pub(crate) async fn keep(&self, outbox: &mut Outbox, mut commit: Commit) -> Result<(), PushError> {
        let mut came = BTreeMap::<Address, usize>::new();
        for (address, order, record) in outbox.rows.drain(..) {
            commit.put_record(tables::PUSHES, &address.key(order), &record);
            *came.entry(address).or_default() += 1;
        }
        self.inner.store.commit(commit).await?;
        for (address, count) in came {
            if self.wake(address.clone(), count) {
                self.inner.thin_out(&address).await?;
            }
        }
        Ok(())
    }
}

/// Apps that must show something for every push do not want unread counts alone.
fn wants_counts(pusher: &StoredPusher) -> bool {
    pusher.json.get("data").and_then(|data| data.get("events_only")) != Some(&Value::Bool(true))
}

impl Address {
    pub(super) fn key(&self, order: i64) -> (u64, String, String, i64) {
        (self.user.0, self.app_id.clone(), self.pushkey.clone(), order)
    }

    fn prefix(&self) -> (u64, &String, &String) {
        (self.user.0, &self.app_id, &self.pushkey)
    }
}

impl Inner {
    /// All pushers for which something waits.
    pub(super) fn addresses(&self) -> Result<BTreeSet<Address>, PushError> {
        let rows = self.store.scan_records::<PushRecord, _>(tables::PUSHES, ..);
        rows.map(|row| {
            let ((user, app_id, pushkey, _), _) = row?;
            Ok(Address { user: UserNum(user), app_id, pushkey })
        })
        .collect()
    }

    /// What waits for a pusher, from the oldest on.
    pub(super) fn rows(
        &self,
        address: &Address,
    ) -> impl Iterator<Item = Result<(i64, PushRecord), PushError>> {
        let rows = self.store.scan_prefix_records::<PushRecord, _>(tables::PUSHES, &address.prefix());
        rows.map(|row| {
            let ((_, _, _, order), record) = row?;
            Ok((order, record))
        })
    }

    /// Removes rows of a pusher.
    pub(super) async fn drop_rows(&self, address: &Address, orders: &[i64]) -> Result<(), PushError> {
        if orders.is_empty() {
            return Ok(());
        }
        let mut commit = Commit::new(Durability::Lazy).positions(0);
        for order in orders {
            commit.delete(tables::PUSHES, &address.key(*order));
        }
        self.store.commit(commit).await?;
        Ok(())
    }

    /// Has unread counts wait again that could not be brought.
    pub(super) async fn put_back_counts(
        &self,
        address: &Address,
        record: &PushRecord,
    ) -> Result<(), PushError> {
        let mut commit = Commit::new(Durability::Lazy).positions(0);
        commit.put_record(tables::PUSHES, &address.key(COUNTS), record);
        self.store.commit(commit).await?;
        Ok(())
    }

    /// Removes all that waits for a pusher.
    pub(super) async fn drop_all(&self, address: &Address) -> Result<(), PushError> {
        let mut commit = Commit::new(Durability::Lazy).positions(0);
        commit.delete_prefix(tables::PUSHES, &address.prefix());
        self.store.commit(commit).await?;
        Ok(())
    }

    /// Removes the oldest rows of a pusher beyond those that may wait.
    async fn thin_out(&self, address: &Address) -> Result<(), PushError> {
        let orders: Vec<i64> = self.rows(address).map(|row| Ok(row?.0)).collect::<Result<_, PushError>>()?;
        self.drop_rows(address, &orders[..orders.len().saturating_sub(MOST_WAITING)]).await
    }

    /// Removes what waits for pushers that a person has no more.
    pub(super) async fn tidy(&self, user: UserNum) -> Result<(), PushError> {
        let rows = self.store.scan_prefix_records::<PushRecord, _>(tables::PUSHES, &user.0);
        let mut waiting = BTreeSet::new();
        for row in rows {
            let ((_, app_id, pushkey, _), _) = row?;
            waiting.insert(Address { user, app_id, pushkey });
        }
        for pusher in self.users.pushers.of(user)? {
            waiting.remove(&Address::from(&pusher));
        }
        for address in waiting {
            self.drop_all(&address).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tweaks_are_what_the_actions_set() {
        let of = |actions: Value| {
            let actions: Vec<Action> = serde_json::from_value(actions).expect("actions");
            Value::Object(tweaks(&actions))
        };
        let loud = json!(["notify", {"set_tweak": "sound", "value": "default"}, {"set_tweak": "highlight"}]);
        assert_eq!(of(loud), json!({"sound": "default", "highlight": true}));
        let own = json!([{"set_tweak": "org.example", "value": {"a": 1}}, {"set_tweak": "highlight", "value": false}]);
        assert_eq!(of(own), json!({"org.example": {"a": 1}, "highlight": false}));
        assert_eq!(of(json!(["notify"])), json!({}));
    }
}
