//! Stored events: what was signed, and what this server knows about it.

mod meta;

use std::sync::Arc;

use bytes::Bytes;
use events::Pdu;
use quick_cache::sync::GuardResult;
use ruma::{EventId, OwnedEventId};
use storage::{Store, tables};

pub use self::meta::{EventMeta, Flags};
use crate::{
    RoomError, Rooms,
    cache::{ByteCache, Weigh, byte_cache},
    ids::EventNum,
};

/// An event and what this server knows about it. Never changes once it is in a timeline.
#[derive(Debug)]
pub struct StoredEvent {
    /// The number that stands for it.
    pub num: EventNum,
    /// What was signed. Says itself whether it was rejected.
    pub pdu: Pdu,
    /// Where it stands, and the state around it.
    pub meta: EventMeta,
}

impl StoredEvent {
    /// The event id.
    pub fn event_id(&self) -> &EventId {
        self.pdu.event_id()
    }
}

impl Weigh for StoredEvent {
    fn weight(&self) -> u64 {
        (self.pdu.weight() + size_of::<Self>() + self.meta.heap_bytes()) as u64
    }
}

/// Reads events, keeping those used lately in memory. Those beside the graph too, as they authorize each event of a room that
/// was joined through another server; they are let go when they get their place.
pub(crate) struct EventStore {
    store: Store,
    cache: ByteCache<EventNum, Arc<StoredEvent>>,
}

impl EventStore {
    pub(crate) fn new(store: &Store, bytes: u64) -> Self {
        Self { store: store.clone(), cache: byte_cache(bytes, 2048) }
    }

    /// The event, also one that is queued and not yet on disk: whoever knows its number may see it.
    pub(crate) fn get(&self, num: EventNum) -> Result<Option<Arc<StoredEvent>>, RoomError> {
        // What is beside the graph may get its place while it is read: then the guard's place is taken, or gone.
        let guard = match self.cache.get_value_or_guard(&num, None) {
            GuardResult::Value(event) => return Ok(Some(event)),
            GuardResult::Guard(guard) => Some(guard),
            GuardResult::Timeout => None,
        };
        let Some(meta) = self.store.latest(tables::EVENT_META, &num.0)? else { return Ok(None) };
        let event = read(num, &meta, self.store.latest(tables::EVENT_JSON, &num.0)?)?;
        if let Some(guard) = guard {
            let _ = guard.insert(Arc::clone(&event));
        }
        Ok(Some(event))
    }

    /// The same for many; purged ones are left out.
    pub(crate) fn get_many(&self, nums: &[EventNum]) -> Result<Vec<Arc<StoredEvent>>, RoomError> {
        let mut events: Vec<_> = nums.iter().map(|num| self.cache.get(num)).collect();
        let missing = nums.iter().zip(&events).filter(|(_, event)| event.is_none());
        let missing: Vec<u64> = missing.map(|(num, _)| num.0).collect();
        if !missing.is_empty() {
            let metas = self.store.latest_many(tables::EVENT_META, &missing)?;
            let texts = self.store.latest_many(tables::EVENT_JSON, &missing)?;
            let mut rows = missing.into_iter().zip(metas).zip(texts);
            for event in events.iter_mut().filter(|event| event.is_none()) {
                let Some(((num, meta), text)) = rows.next() else { break };
                *event = meta.map(|meta| read(EventNum(num), &meta, text)).transpose()?;
                if let Some(event) = event.as_ref().filter(|event| !event.meta.flags.outlier) {
                    self.cache.insert(event.num, Arc::clone(event));
                }
            }
        }
        Ok(events.into_iter().flatten().collect())
    }

    /// The event's meta without its text, for walks over the graph.
    pub(crate) fn meta(&self, num: EventNum) -> Result<Option<EventMeta>, RoomError> {
        if let Some(event) = self.cache.get(&num) {
            return Ok(Some(event.meta.clone()));
        }
        let meta = self.store.latest(tables::EVENT_META, &num.0)?;
        Ok(meta.map(|meta| decode_meta(&meta)).transpose()?.map(|(meta, _)| meta))
    }

    /// Keeps an event that was just stored. Of what is beside the graph a join brings thousands, and few are ever read.
    pub(crate) fn remember(&self, event: Arc<StoredEvent>) {
        if event.meta.flags.outlier {
            self.cache.remove(&event.num);
        } else {
            self.cache.insert(event.num, event);
        }
    }

    /// An event's row was written: what was beside the graph may have its place now.
    pub(crate) fn written(&self, num: EventNum) {
        if self.cache.peek(&num).is_none_or(|event| event.meta.flags.outlier) {
            self.cache.remove(&num);
        }
    }

    pub(crate) fn forget(&self, num: EventNum) {
        self.cache.remove(&num);
    }
}

fn read(num: EventNum, meta: &Bytes, json: Option<Bytes>) -> Result<Arc<StoredEvent>, RoomError> {
    let (meta, event_id) = decode_meta(meta)?;
    let json = json.ok_or(RoomError::Damaged("an event without its JSON"))?;
    assemble(num, meta, event_id, &json).map(Arc::new)
}

fn decode_meta(bytes: &Bytes) -> Result<(EventMeta, OwnedEventId), RoomError> {
    EventMeta::decode(bytes).ok_or(RoomError::Damaged("the meta of an event"))
}

fn assemble(
    num: EventNum,
    meta: EventMeta,
    event_id: OwnedEventId,
    json: &Bytes,
) -> Result<StoredEvent, RoomError> {
    let json = std::str::from_utf8(json).map_err(|_| RoomError::Damaged("an event that is no text"))?;
    let pdu =
        Pdu::from_stored(event_id, json).map_err(|_| RoomError::Damaged("an event that is no event"))?;
    let pdu = pdu.rejected_as(meta.flags.rejected);
    Ok(StoredEvent { num, pdu, meta })
}

impl Rooms {
    /// The event with this number. Events keep their numbers; only purged ones are `None`.
    pub fn event(&self, num: EventNum) -> Result<Option<Arc<StoredEvent>>, RoomError> {
        self.inner.events.get(num)
    }

    /// The event with this number, which a row of the database refers to.
    pub(crate) fn known_event(&self, num: EventNum) -> Result<Arc<StoredEvent>, RoomError> {
        self.event(num)?.ok_or(RoomError::Damaged("a row refers to an event that is gone"))
    }

    /// The events with these numbers, in their order; purged ones are left out.
    pub fn events(&self, nums: &[EventNum]) -> Result<Vec<Arc<StoredEvent>>, RoomError> {
        self.inner.events.get_many(nums)
    }

    /// The event with this id: in a timeline or beside it (see its flags).
    pub fn event_by_id(&self, id: &EventId) -> Result<Option<Arc<StoredEvent>>, RoomError> {
        match self.inner.ids.find_event(id)? {
            Some(num) => self.event(num),
            None => Ok(None),
        }
    }
}
