//! The handle that everything else holds, and the look-up of rooms.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use config::{clock::SharedClock, random::SharedEntropy};
use events::SigningKey;
use ruma::{OwnedServerName, RoomId, RoomVersionId, ServerName, UserId};
use storage::{Key, Operation, Store, tables};

use crate::{
    RoomError,
    cache::{ByteCache, byte_cache},
    engine::Heads,
    erased::Erased,
    event::EventStore,
    ids::{EventNum, Ids, RoomNum, UserNum},
    members::Members,
    room::{RoomInfo, RoomRecord, RoomRef},
    state::StateStore,
    views::Views,
};

/// What rooms need to know about the server's configuration.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The version of new rooms.
    pub default_version: RoomVersionId,
    /// For all caches of this crate together, in bytes.
    pub cache_bytes: u64,
}

/// What [`Rooms::open`] is given.
pub struct RoomsDeps {
    /// The database.
    pub store: Store,
    /// This server.
    pub server_name: OwnedServerName,
    /// What events are signed with.
    pub signing_key: Arc<SigningKey>,
    /// The time of new events.
    pub clock: SharedClock,
    /// For room ids.
    pub entropy: SharedEntropy,
    /// Configuration.
    pub settings: Settings,
}

/// All rooms. Cheap to clone.
#[derive(Clone)]
pub struct Rooms {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) store: Store,
    pub(crate) server_name: OwnedServerName,
    pub(crate) signing_key: Arc<SigningKey>,
    pub(crate) clock: SharedClock,
    pub(crate) entropy: SharedEntropy,
    pub(crate) settings: Settings,
    pub(crate) ids: Ids,
    pub(crate) infos: ByteCache<RoomNum, RoomRef>,
    pub(crate) events: EventStore,
    pub(crate) state: StateStore,
    pub(crate) members: Arc<Members>,
    pub(crate) heads: Heads,
    pub(crate) views: Arc<Views>,
    pub(crate) erased: Erased,
    /// The time of the last create event, in milliseconds since the Unix epoch.
    last_founded: AtomicU64,
}

impl Inner {
    fn follow(&self, operation: &Operation) {
        const ROOMS: u16 = tables::ROOMS.number();
        const EVENT_META: u16 = tables::EVENT_META.number();
        const IDS: u16 = tables::IDS.number();
        const NAMES: u16 = tables::NAMES.number();
        const ERASED: u16 = tables::ERASED.number();
        match operation {
            Operation::Put { table: ROOMS, key, .. } | Operation::Delete { table: ROOMS, key } => {
                if let Some(room) = u64::decode(key) {
                    self.infos.remove(&RoomNum(room));
                }
            }
            Operation::Delete { table: EVENT_META, key } => {
                if let Some(event) = u64::decode(key) {
                    self.events.forget(EventNum(event));
                }
            }
            Operation::Put { table: EVENT_META, key, .. } => {
                if let Some(event) = u64::decode(key) {
                    self.ids.taken_event(EventNum(event));
                    self.events.written(EventNum(event));
                }
            }
            Operation::Put { table: NAMES, key, .. } => self.ids.taken(key),
            Operation::Put { table: ERASED, key, .. } => {
                if let Some(user) = u64::decode(key) {
                    self.erased.add(UserNum(user));
                }
            }
            Operation::Delete { table: IDS, key } => self.ids.forget(key),
            _ => {}
        }
    }
}

impl Rooms {
    /// Opens the rooms of a database.
    pub fn open(deps: RoomsDeps) -> Result<Self, RoomError> {
        let cache = deps.settings.cache_bytes;
        let store = deps.store.clone();
        let members = Arc::new(Members::new(&store, cache / 8));
        members.follow(&store);
        let inner = Inner {
            ids: Ids::open(&store, cache / 8)?,
            erased: Erased::open(&store)?,
            infos: byte_cache(cache / 32, 256),
            events: EventStore::new(&store, cache / 4),
            state: StateStore::new(&store, cache / 8),
            heads: Heads::new(cache / 16),
            views: Views::open(&deps)?,
            members,
            store,
            server_name: deps.server_name,
            signing_key: deps.signing_key,
            clock: deps.clock,
            entropy: deps.entropy,
            settings: deps.settings,
            last_founded: AtomicU64::new(0),
        };
        let rooms = Self { inner: Arc::new(inner) };
        rooms.follow();
        rooms.count_servers()?;
        Ok(rooms)
    }

    /// Drops from memory what is removed from the database.
    fn follow(&self) {
        self.inner.store.feed(&self.inner, |inner, group| {
            for operation in group.parts.iter().flat_map(|part| part.operations.iter()) {
                inner.follow(&operation);
            }
        });
    }

    /// The interner.
    pub fn ids(&self) -> &Ids {
        &self.inner.ids
    }

    /// The name of this server.
    pub fn server_name(&self) -> &ServerName {
        &self.inner.server_name
    }

    /// Whether the user is of this server.
    pub fn is_local(&self, user: &UserId) -> bool {
        user.server_name() == self.inner.server_name
    }

    /// The room with this id, if this server knows it.
    pub fn room(&self, room: &RoomId) -> Result<Option<RoomRef>, RoomError> {
        match self.inner.ids.find_room(room)? {
            Some(num) => self.room_by_num(num),
            None => Ok(None),
        }
    }

    /// The room with this number, if this server knows it.
    pub fn room_by_num(&self, num: RoomNum) -> Result<Option<RoomRef>, RoomError> {
        if let Some(room) = self.inner.infos.get(&num) {
            return Ok(Some(room));
        }
        let record = self.inner.store.latest_record::<RoomRecord, _>(tables::ROOMS, &num.0)?;
        let Some(record) = record.filter(|record| !record.purging) else { return Ok(None) };
        let room = Arc::new(RoomInfo::from_record(num, &record)?);
        self.inner.infos.insert(num, room.clone());
        Ok(Some(room))
    }

    /// The time for a create event. No two are alike: from room version 12 on the event is the room's name, and two rooms
    /// that one person makes in one millisecond would be one.
    pub(crate) fn founding_time(&self) -> u64 {
        let now = self.inner.clock.now_ms();
        let later = |last: u64| now.max(last.saturating_add(1));
        let last = self
            .inner
            .last_founded
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |last| Some(later(last)));
        last.map_or(now, later)
    }

    /// All rooms that this server knows, for what runs rarely.
    pub fn all_rooms(&self) -> Result<Vec<RoomNum>, RoomError> {
        let mut rooms = Vec::new();
        for row in self.inner.store.scan_records::<RoomRecord, _>(tables::ROOMS, ..) {
            let (room, record) = row?;
            if !record.purging {
                rooms.push(RoomNum(room));
            }
        }
        Ok(rooms)
    }

    /// The room with this id, or the error that says that there is none.
    pub fn require(&self, room: &RoomId) -> Result<RoomRef, RoomError> {
        self.room(room)?.ok_or(RoomError::NotFound("this server does not know the room"))
    }
}
