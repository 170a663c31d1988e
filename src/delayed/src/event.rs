//! A delayed event as it is stored.

use rooms::{Draft, TxnKey, UserNum};
use ruma::{OwnedEventId, OwnedRoomId, OwnedUserId, events::TimelineEventType};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// How long it is kept what became of an event: a week, as MSC4140 recommends.
const KEEP_MS: u64 = 7 * 24 * 3600 * 1000;

/// An event that is to be sent later, or was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DelayedEvent {
    /// Who scheduled it: an interned number.
    pub user: u64,
    /// The transaction of the request that scheduled it: the device's interned number, and the rest of the key.
    pub(crate) txn: Option<(u64, String)>,
    /// The room.
    pub room_id: OwnedRoomId,
    /// The `type`.
    pub kind: String,
    /// The state key; `None` for messages.
    pub state_key: Option<String>,
    /// The content, a JSON object.
    pub content: String,
    /// Milliseconds to wait.
    pub delay_ms: u64,
    /// When the wait began, or began again: milliseconds since the epoch.
    pub since_ms: u64,
    /// When something is to happen next: sending, or forgetting. Milliseconds since the epoch.
    pub(crate) due_ms: u64,
    /// What became of it; `None` while it waits.
    pub outcome: Option<Outcome>,
    /// When it ended, milliseconds since the epoch; 0 while it waits.
    pub ended_ms: u64,
}

/// How a delayed event ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// It is in the room.
    Sent(OwnedEventId),
    /// It was due, and refused: the error answer that a request would have got, as JSON.
    Refused(String),
    /// Somebody cancelled it.
    Cancelled,
}

impl DelayedEvent {
    /// The event as it goes into the room. `txn` makes a second try find the first.
    pub fn draft(&self, delay_id: &str, sender: OwnedUserId) -> Result<Draft, serde_json::Error> {
        let content = RawValue::from_string(self.content.clone())?;
        let kind = TimelineEventType::from(self.kind.as_str());
        let mut draft = match &self.state_key {
            Some(key) => Draft::state(sender, kind, key.clone(), content),
            None => Draft::message(sender, kind, content),
        };
        draft.txn = Some(TxnKey::of_delay(delay_id));
        Ok(draft)
    }

    /// Who scheduled it.
    pub fn user(&self) -> UserNum {
        UserNum(self.user)
    }

    /// The wait begins again.
    pub(crate) fn restarted(&self, now_ms: u64) -> Self {
        let due_ms = now_ms.saturating_add(self.delay_ms);
        Self { since_ms: now_ms, due_ms, ..self.clone() }
    }

    /// It has ended; what became of it is kept for a while.
    pub(crate) fn ended(&self, outcome: Outcome, now_ms: u64) -> Self {
        let due_ms = now_ms.saturating_add(KEEP_MS);
        Self { outcome: Some(outcome), ended_ms: now_ms, due_ms, ..self.clone() }
    }

    /// It is tried again later.
    pub(crate) fn put_off(&self, due_ms: u64) -> Self {
        Self { due_ms, ..self.clone() }
    }
}
