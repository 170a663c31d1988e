//! One transaction: what it takes from the queue, and how that looks.

use super::{
    course::Course,
    device_rows::{DeviceRow, ToldKeys},
    follow::OutboundError,
    passing::Passing,
    queue::{From, Queue},
};
use crate::Federation;
use bytes::Bytes;
use rooms::{EventNum, StoredEvent, UserNum};
use ruma::{
    MilliSecondsSinceUnixEpoch, OwnedRoomId, OwnedUserId, UInt,
    api::federation::transactions::{
        edu::{Edu, PresenceContent, PresenceUpdate, ReceiptContent, ReceiptData, ReceiptMap, TypingContent},
        send_transaction_message::v1::Request,
    },
    events::receipt::{Receipt, ReceiptThread},
    serde::Raw,
};
use serde_json::value::RawValue;
use sha2::{Digest, Sha256};
use std::{collections::BTreeMap, sync::Arc};
use storage::tables;
use users::to_device::Place;

/// The most events of a transaction (server-server API, "Transactions").
pub(super) const MOST_EVENTS: usize = 50;
/// Bytes of events after which the rest waits for the next one.
const LARGE: usize = 1 << 20;
/// Rows of changed keys of a transaction.
const MOST_KEYS: usize = 10;
/// Messages for devices of a transaction.
const MOST_MESSAGES: usize = 30;
/// Of each kind of what passes.
const MOST_PASSING: usize = 20;
/// EDUs of a transaction (server-server API, "Transactions").
const MOST_EDUS: usize = 100;

/// What one transaction takes.
#[derive(Default)]
pub(super) struct Batch {
    /// Places in the queue of events, also of those that are gone.
    pub(super) orders: Vec<u64>,
    pub(super) events: Vec<Arc<StoredEvent>>,
    pub(super) messages: Vec<(Place, Bytes)>,
    pub(super) keys: Vec<ToldKeys>,
    pub(super) passing: Passing,
    pub(super) edus: Vec<Raw<Edu>>,
    /// There is more of something.
    pub(super) more: bool,
}

impl Batch {
    pub(super) fn is_empty(&self) -> bool {
        self.orders.is_empty() && self.messages.is_empty() && self.keys.is_empty() && self.passing.is_empty()
    }

    /// Whether all that waited is gone by now.
    pub(super) fn says_nothing(&self) -> bool {
        self.events.is_empty() && self.edus.is_empty()
    }

    /// Whether there is nothing that could be left out.
    pub(super) fn is_single(&self) -> bool {
        let kinds = usize::from(!self.passing.is_empty());
        self.orders.len() + self.messages.len() + self.keys.len() + kinds <= 1
    }
}

impl Federation {
    /// What is to be sent next.
    pub(super) fn batch(&self, queue: &Queue, course: &mut Course) -> Result<Batch, OutboundError> {
        if queue.look() == From::Start {
            course.event = 0;
        }
        let mut batch = Batch::default();
        self.take_events(queue, course, &mut batch)?;
        if course.most > 1 || batch.is_empty() {
            self.take_keys(queue, course, &mut batch)?;
        }
        if course.most > 1 || batch.is_empty() {
            self.take_messages(queue, course, &mut batch)?;
        }
        if course.most > 1 || batch.is_empty() {
            batch.passing = queue.take_passing(MOST_PASSING);
            self.passing_edus(&mut batch)?;
        } else {
            // What was left to be looked at alone has not been looked at.
            batch.more = true;
        }
        if batch.more {
            queue.rows(From::Here);
        }
        Ok(batch)
    }

    fn take_events(&self, queue: &Queue, course: &Course, batch: &mut Batch) -> Result<(), OutboundError> {
        let server = queue.server.to_string();
        let range = (server.clone(), course.event)..=(server, u64::MAX);
        let mut size = 0;
        for row in self.inner.store.scan(tables::OUTBOX, range) {
            let ((_, order), event) = row?;
            if batch.orders.len() >= course.most.min(MOST_EVENTS) || size > LARGE {
                batch.more = true;
                break;
            }
            batch.orders.push(order);
            // What has been purged meanwhile is not sent.
            if let Some(event) = self.inner.rooms.event(EventNum(event))? {
                size += event.pdu.json().len();
                batch.events.push(event);
            }
        }
        Ok(())
    }

    fn take_keys(&self, queue: &Queue, course: &Course, batch: &mut Batch) -> Result<(), OutboundError> {
        let most = course.most.min(MOST_KEYS);
        let prefix = queue.server.as_str();
        for row in self.inner.store.scan_prefix_records::<DeviceRow, _>(tables::OUTBOX_DEVICES, &prefix) {
            let ((_, user), row) = row?;
            let told = ToldKeys { user: UserNum(user), row };
            let edus = self.key_edus(&told)?;
            if batch.keys.len() >= most || batch.edus.len() + edus.len() > MOST_EDUS / 2 {
                batch.more = true;
                break;
            }
            batch.edus.extend(edus);
            batch.keys.push(told);
        }
        Ok(())
    }

    fn take_messages(&self, queue: &Queue, course: &Course, batch: &mut Batch) -> Result<(), OutboundError> {
        let most = course.most.min(MOST_MESSAGES);
        let waiting = self.inner.users.to_device.outgoing(&queue.server, course.message, most + 1)?;
        batch.more |= waiting.len() > most;
        for (place, content) in waiting.into_iter().take(most) {
            let edu = [br#"{"edu_type":"m.direct_to_device","content":"#.as_slice(), &content, b"}"].concat();
            let edu = serde_json::from_slice::<Box<RawValue>>(&edu).map_err(|_| OutboundError::Damaged)?;
            batch.edus.push(Raw::from_json(edu));
            batch.messages.push((place, content));
        }
        Ok(())
    }

    /// Puts what passes into words.
    fn passing_edus(&self, batch: &mut Batch) -> Result<(), OutboundError> {
        let mut edus = Vec::new();
        let ids = self.inner.rooms.ids();
        for ((room, user), typing) in &batch.passing.typing {
            let content = TypingContent::new(ids.room_id(*room)?, ids.user_id(*user)?, *typing);
            edus.push(Edu::Typing(content));
        }
        edus.extend(self.receipts(&batch.passing)?.into_iter().map(Edu::Receipt));
        let mut people = Vec::new();
        for user in &batch.passing.presence {
            let shown = self.inner.users.presence.get(*user)?;
            let ago = UInt::new_saturating(shown.last_active_ago_ms.unwrap_or(0));
            let mut update = PresenceUpdate::new(ids.user_id(*user)?, shown.state, ago);
            update.status_msg = shown.status_msg;
            update.currently_active = shown.currently_active;
            people.push(update);
        }
        if !people.is_empty() {
            edus.push(Edu::Presence(PresenceContent::new(people)));
        }
        for edu in edus {
            batch.edus.push(Raw::new(&edu).map_err(|_| OutboundError::Damaged)?);
        }
        Ok(())
    }

    /// An EDU has place for one receipt of each person in a room, so one more is needed for each further thread.
    fn receipts(&self, passing: &Passing) -> Result<Vec<ReceiptContent>, OutboundError> {
        let ids = self.inner.rooms.ids();
        let mut edus: Vec<BTreeMap<OwnedRoomId, BTreeMap<OwnedUserId, ReceiptData>>> = Vec::new();
        for ((room, user, thread), (event, ts)) in &passing.receipts {
            let Some(event) = self.inner.rooms.event(*event)? else { continue };
            let mut receipt = Receipt::new(MilliSecondsSinceUnixEpoch(UInt::new_saturating(*ts)));
            receipt.thread = match thread.root() {
                Some(root) => match self.inner.rooms.event(root)? {
                    Some(root) => ReceiptThread::Thread(root.event_id().to_owned()),
                    None => continue,
                },
                None if *thread == rooms::counts::ThreadKey::MAIN => ReceiptThread::Main,
                None => ReceiptThread::Unthreaded,
            };
            let data = ReceiptData::new(receipt, vec![event.event_id().to_owned()]);
            let (room, user) = (ids.room_id(*room)?, ids.user_id(*user)?);
            let is_free = |edu: &&mut BTreeMap<OwnedRoomId, BTreeMap<OwnedUserId, ReceiptData>>| {
                edu.get(&room).is_none_or(|users| !users.contains_key(&user))
            };
            match edus.iter_mut().find(is_free) {
                Some(edu) => drop(edu.entry(room).or_default().insert(user, data)),
                None => edus.push(BTreeMap::from([(room, BTreeMap::from([(user, data)]))])),
            }
        }
        let maps = edus
            .into_iter()
            .map(|rooms| rooms.into_iter().map(|(room, users)| (room, ReceiptMap::new(users))).collect());
        Ok(maps.map(ReceiptContent::new).collect())
    }

    /// The transaction. Its id follows from what is in it, so that the same again is known as such.
    pub(super) fn transaction(&self, batch: &Batch) -> Result<Request, OutboundError> {
        let mut digest = Sha256::new();
        let mut pdus = Vec::with_capacity(batch.events.len());
        for event in &batch.events {
            digest.update(event.event_id().as_bytes());
            digest.update([0]);
            let json = RawValue::from_string(event.pdu.json().to_owned());
            pdus.push(json.map_err(|_| OutboundError::Damaged)?);
        }
        for edu in &batch.edus {
            digest.update(edu.json().get());
            digest.update([0]);
        }
        let id: String = digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        let now = MilliSecondsSinceUnixEpoch(UInt::new_saturating(self.inner.clock.now_ms()));
        let mut request = Request::new(id.into(), self.server_name().to_owned(), now);
        request.pdus = pdus;
        request.edus.clone_from(&batch.edus);
        Ok(request)
    }
}
