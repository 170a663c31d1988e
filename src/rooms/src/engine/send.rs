//! Sending an event into a room.

use std::{ops::Bound, sync::Arc};

use events::canonical::{Numbers, canonicalize};
use ruma::{
    OwnedEventId, OwnedUserId, RoomId,
    events::{StateEventType, TimelineEventType, room::power_levels::UserPowerLevel},
};
use serde_json::value::RawValue;
use storage::{Commit, Durability, Position, Ticket, tables};

use super::{Append, append::Submitted, head::KeyEvent, locks::Locked};
use crate::{
    Code, RoomError, Rooms, StoredEvent,
    ids::{DeviceNum, EventNum},
    room::RoomRef,
};

/// How many transaction ids are looked at before others may go on.
const SWEEP: usize = 5_000;

/// An event as a client wants it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// A user of this server.
    pub sender: OwnedUserId,
    /// The `type`.
    pub kind: TimelineEventType,
    /// The state key; `None` for messages.
    pub state_key: Option<String>,
    /// The content, a JSON object.
    pub content: Box<RawValue>,
    /// What to redact, for redactions.
    pub redacts: Option<OwnedEventId>,
    /// Milliseconds since the epoch, for application services; otherwise now.
    pub timestamp: Option<u64>,
    /// Sent again with the same, it is the same event.
    pub txn: Option<TxnKey>,
}

impl Draft {
    /// A message by `sender`.
    pub fn message(sender: OwnedUserId, kind: TimelineEventType, content: Box<RawValue>) -> Self {
        Self { sender, kind, state_key: None, content, redacts: None, timestamp: None, txn: None }
    }

    /// A state event by `sender`.
    pub fn state(
        sender: OwnedUserId,
        kind: TimelineEventType,
        state_key: impl Into<String>,
        content: Box<RawValue>,
    ) -> Self {
        Self { state_key: Some(state_key.into()), ..Self::message(sender, kind, content) }
    }

    fn state_type(&self) -> Option<(StateEventType, &str)> {
        let key = self.state_key.as_deref()?;
        Some((StateEventType::from(self.kind.to_string()), key))
    }
}

/// What makes a request the same request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TxnKey {
    /// The device that sends.
    pub device: DeviceNum,
    /// As the device calls the transaction.
    pub txn_id: String,
}

impl TxnKey {
    /// Stands in the place of a device for events that no device sends when they are sent. Devices are counted from 1.
    const NO_DEVICE: DeviceNum = DeviceNum(0);

    /// For an event that was to be sent later (MSC4140).
    pub fn of_delay(delay_id: impl Into<String>) -> Self {
        Self { device: Self::NO_DEVICE, txn_id: delay_id.into() }
    }

    /// The delay id, if the transaction of an event is one.
    pub(crate) fn delay_id((device, txn_id): &(DeviceNum, Box<str>)) -> Option<&str> {
        (*device == Self::NO_DEVICE).then_some(txn_id)
    }
}

/// An event that is in the room and on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// Its id.
    pub event_id: OwnedEventId,
    /// Its number.
    pub event: EventNum,
    /// Where it stands in the order of everything.
    pub position: Position,
}

/// An event that has its place, and may not be on disk yet.
pub(super) enum Written {
    New(Submitted),
    /// It was there before.
    Old(Arc<StoredEvent>),
}

impl Rooms {
    /// Sends an event. One with a known transaction id is the known event again; a state event that changes nothing
    /// is the one that is there.
    pub async fn send(&self, room: &RoomId, draft: Draft) -> Result<Sent, RoomError> {
        let room = self.require(room)?;
        let written = {
            let mut locked = self.lock(&room).await?;
            self.send_locked(&mut locked, &draft)?
        };
        self.finish(written).await
    }

    /// Puts an event into the queue, under the room's lock.
    pub(super) fn send_locked(&self, locked: &mut Locked, draft: &Draft) -> Result<Written, RoomError> {
        let room = locked.room.clone();
        let txn = draft.txn.as_ref().map(|txn| txn_row(&room, draft, txn));
        if let Some(row) = &txn
            && let Some((event, _)) = self.inner.store.latest(tables::TXN_IDS, row)?
        {
            return Ok(Written::Old(self.known_event(EventNum(event))?));
        }
        let mut append = Append::new(self, locked.clone());
        if let Some(same) = append.same_state(draft)? {
            return Ok(Written::Old(self.known_event(same.num)?));
        }
        append.check_special(draft)?;
        let num = append.write(draft)?;
        if let Some(row) = txn {
            append.commit.put(tables::TXN_IDS, &row, &(num.0, self.inner.clock.now_ms()));
        }
        Ok(Written::New(append.submit(Some(locked))?))
    }

    /// Waits until the event is on disk.
    pub(super) async fn finish(&self, written: Written) -> Result<Sent, RoomError> {
        let event = match written {
            Written::New(Submitted { ticket, last }) => {
                ticket.await?;
                last.ok_or(RoomError::Damaged("a commit without its event"))?
            }
            Written::Old(event) => {
                self.settle(&event)?.await?;
                event
            }
        };
        let position = event.meta.position().unwrap_or_default();
        Ok(Sent { event_id: event.pdu.owned_event_id().clone(), event: event.num, position })
    }

    /// Resolves once an event that was found in the queue is on disk.
    fn settle(&self, event: &StoredEvent) -> Result<Settled, RoomError> {
        let visible = event.meta.position().is_none_or(|position| position <= self.inner.store.visible());
        Ok(if visible { Settled(None) } else { Settled(Some(self.inner.store.flush()?)) })
    }
}

impl Rooms {
    /// Forgets transaction ids that were used before `ms` (since the epoch); clients don't repeat requests that old. How
    /// many there were.
    pub async fn forget_transactions(&self, ms: u64) -> Result<usize, RoomError> {
        let mut forgotten = 0;
        let mut from = Bound::Unbounded;
        loop {
            let (old, next) = self.old_transactions(from, ms)?;
            if !old.is_empty() {
                forgotten += old.len();
                let mut commit = Commit::new(Durability::Lazy).positions(0);
                for key in &old {
                    commit.delete(tables::TXN_IDS, key);
                }
                self.inner.store.commit(commit).await?;
            }
            let Some(next) = next else { return Ok(forgotten) };
            from = Bound::Excluded(next);
            tokio::task::yield_now().await;
        }
    }

    /// Those among the next transaction ids that were used before `ms`, and where to go on.
    fn old_transactions(
        &self,
        from: Bound<TransactionRow>,
        ms: u64,
    ) -> Result<(Vec<TransactionRow>, Option<TransactionRow>), RoomError> {
        let mut old = Vec::new();
        let mut last = None;
        let mut looked_at = 0;
        for row in self.inner.store.sweep(tables::TXN_IDS, (from, Bound::Unbounded)).take(SWEEP) {
            let (key, (_, sent_ms)) = row?;
            looked_at += 1;
            if sent_ms < ms {
                old.push(key.clone());
            }
            last = Some(key);
        }
        Ok((old, last.filter(|_| looked_at == SWEEP)))
    }

    /// Forgets the transaction ids of a device that is gone, in the commit that removes it.
    pub fn forget_device(device: DeviceNum, commit: &mut Commit) {
        commit.delete_prefix(tables::TXN_IDS, &device.0);
    }
}

struct Settled(Option<Ticket>);

impl IntoFuture for Settled {
    type Output = Result<(), RoomError>;
    type IntoFuture = std::pin::Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            if let Some(ticket) = self.0 {
                ticket.await?;
            }
            Ok(())
        })
    }
}

/// A key of `TXN_IDS`.
type TransactionRow = (u64, u64, String);

/// Transaction ids belong to a device and the path of the request (client-server API, "Transaction identifiers").
fn txn_row(room: &RoomRef, draft: &Draft, txn: &TxnKey) -> TransactionRow {
    let redacts = draft.redacts.as_ref().map_or("", |event| event.as_str());
    (txn.device.0, room.num.0, format!("{} {redacts} {}", draft.kind, txn.txn_id))
}

impl Append<'_> {
    /// The state event that says already what `draft` says, by the same sender.
    fn same_state(&self, draft: &Draft) -> Result<Option<KeyEvent>, RoomError> {
        let Some((kind, key)) = draft.state_type() else { return Ok(None) };
        let Some(event) = self.current(&kind, key)? else { return Ok(None) };
        if event.pdu.sender() != draft.sender {
            return Ok(None);
        }
        let content = canonicalize(draft.content.get().as_bytes(), Numbers::Any);
        Ok(Some(event).filter(|event| content.is_ok_and(|content| content == event.pdu.content_json())))
    }

    /// What the authorization rules leave to the sender's server.
    fn check_special(&self, draft: &Draft) -> Result<(), RoomError> {
        match (&draft.kind, draft.state_key.as_deref()) {
            (TimelineEventType::RoomRedaction, None) => self.check_redaction(draft),
            (TimelineEventType::RoomCanonicalAlias, Some("")) => {
                let before = self.current(&StateEventType::RoomCanonicalAlias, "")?;
                let before = before.as_ref().map(|event| event.pdu.content_json());
                self.rooms.check_canonical_alias(self.head.room.num, draft.content.get(), before)
            }
            (TimelineEventType::RoomMember, Some(user)) => check_member(user, draft.content.get()),
            (TimelineEventType::RoomCreate, Some(_)) if self.head.create.is_some() => {
                Err(RoomError::bad(Code::BadState, "A room is created once"))
            }
            (TimelineEventType::RoomPowerLevels, Some("")) => self.check_levels(draft.content.get()),
            (kind, None) => self.rooms.check_relation(
                self.head.room.num,
                &draft.sender,
                &kind.to_string(),
                draft.content.get(),
            ),
            _ => Ok(()),
        }
    }

    /// Whoever stands above all levels has none (room version 12).
    fn check_levels(&self, content: &str) -> Result<(), RoomError> {
        #[derive(serde::Deserialize)]
        struct Levels {
            #[serde(default)]
            users: std::collections::BTreeMap<OwnedUserId, serde_json::Value>,
        }
        let Some(power) = &self.head.power else { return Ok(()) };
        let Ok(levels) = serde_json::from_str::<Levels>(content) else { return Ok(()) };
        let is_above = |user: &OwnedUserId| power.of_user(user) == UserPowerLevel::Infinite;
        match levels.users.keys().find(|user| is_above(user)) {
            Some(user) => Err(RoomError::BadRequest(
                Code::InvalidParam,
                format!("{user} has made the room and stands above all levels: leave them out of the levels"),
            )),
            None => Ok(()),
        }
    }
}

/// A member event must name a user, and its profile must be text.
fn check_member(user: &str, content: &str) -> Result<(), RoomError> {
    #[derive(serde::Deserialize)]
    struct Content {
        membership: Option<String>,
        #[serde(default, rename = "displayname")]
        _displayname: Option<String>,
        #[serde(default, rename = "avatar_url")]
        _avatar_url: Option<String>,
    }
    let bad = |why: &str| Err(RoomError::bad(Code::BadJson, why));
    if ruma::UserId::parse(user).is_err() {
        return bad("The state key of a membership must be a user id");
    }
    let Ok(content) = serde_json::from_str::<Content>(content) else {
        return bad("A membership needs a membership, and its displayname and avatar_url must be text");
    };
    match content.membership.as_deref().map(crate::Membership::parse) {
        Some(Some(_)) => Ok(()),
        _ => bad("The membership must be one of join, invite, knock, leave and ban"),
    }
}
