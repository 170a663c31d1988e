//! What readers are shown of rooms, kept in memory beside the tables it follows from.
//!
//! Promises: everything here can be lost and is made again from the database. Changes come in only through the commit
//! log (see [`Views::observe`]), after they are on disk and before they are visible, so a reader that waits for a
//! position never sees less than what belongs to it, and replicas show the same as the writer. A value that is being
//! loaded while its rows change is not kept: removing a key from the cache also drops the load that is under way.

use crate::{
    RoomError, RoomsDeps, StateRoot,
    aliases::AliasLock,
    cache::{ByteCache, byte_cache},
    client_event::{Aggregate, Body},
    counts::{Reader, RoomTally, Stamp},
    directory::Directory,
    ids::{EventNum, RoomNum, UserNum},
    receipts::ReceiptLocks,
    summary::Heroes,
    typing::Typing,
    visibility::Setting,
};
use std::sync::Arc;
use storage::{Group, Operation, tables};

/// The views of all rooms.
pub(crate) struct Views {
    /// The client form of events.
    pub(crate) bodies: ByteCache<EventNum, Arc<Body>>,
    /// What relates to an event; most have nothing.
    pub(crate) aggregates: ByteCache<EventNum, Arc<Aggregate>>,
    /// How many events of a room notify.
    pub(crate) tallies: ByteCache<RoomNum, RoomTally>,
    /// How far a user has read a room.
    pub(crate) readers: ByteCache<(RoomNum, UserNum), Arc<Reader>>,
    /// Changes when an event of the room is redacted.
    pub(crate) stamps: ByteCache<RoomNum, Stamp>,
    /// Who may give a room its name.
    pub(crate) heroes: ByteCache<RoomNum, Arc<Heroes>>,
    /// History visibility by the root of a state.
    pub(crate) settings: ByteCache<(RoomNum, StateRoot), Setting>,
    /// Held while an alias is looked for and taken.
    pub(crate) aliases: AliasLock,
    /// Held while a receipt is compared and queued.
    pub(crate) receipts: ReceiptLocks,
    /// Who types.
    pub(crate) typing: Typing,
    /// The public rooms.
    pub(crate) directory: Directory,
}

impl Views {
    /// Makes the views of a database and has them follow it.
    pub(crate) fn open(deps: &RoomsDeps) -> Result<Arc<Self>, RoomError> {
        let part = |percent: u64| deps.settings.cache_bytes / 400 * percent;
        let views = Arc::new(Self {
            bodies: byte_cache(part(50), 800),
            aggregates: byte_cache(part(10), 140),
            tallies: byte_cache(part(5), 120),
            readers: byte_cache(part(20), 300),
            stamps: byte_cache(part(5), 100),
            heroes: byte_cache(part(5), 200),
            settings: byte_cache(part(5), 100),
            aliases: AliasLock::default(),
            receipts: ReceiptLocks::default(),
            typing: Typing::default(),
            directory: Directory::default(),
        });
        deps.store.feed(&views, Self::observe);
        // After it follows: a room that is listed in between is listed twice, which is once.
        views.directory.load(&deps.store)?;
        Ok(views)
    }

    /// Takes in a group of commits: on disk, not yet visible.
    pub(crate) fn observe(&self, group: &Group) {
        for part in &group.parts {
            for operation in part.operations.iter() {
                self.observe_operation(&operation);
            }
            for note in &part.notes {
                self.typing.observe(note, part.last());
            }
        }
    }

    fn observe_operation(&self, operation: &Operation) {
        const REDACTIONS: u16 = tables::REDACTIONS.number();
        const RELATIONS: u16 = tables::RELATIONS.number();
        const THREADS: u16 = tables::THREADS.number();
        const COUNTS: u16 = tables::COUNTS.number();
        const REDACTED_COUNTS: u16 = tables::REDACTED_COUNTS.number();
        const RECEIPTS: u16 = tables::RECEIPTS.number();
        const HIGHLIGHTS: u16 = tables::HIGHLIGHTS.number();
        const COUNT_MODES: u16 = tables::COUNT_MODES.number();
        const ROOM_MEMBERS: u16 = tables::ROOM_MEMBERS.number();
        const CURRENT_STATE: u16 = tables::CURRENT_STATE.number();
        const DIRECTORY: u16 = tables::DIRECTORY.number();

        let (table, key) = match operation {
            Operation::Put { table, key, .. } | Operation::Delete { table, key } => (*table, key),
            Operation::DeleteRange { table, .. } => return self.observe_purge(*table),
        };
        match table {
            REDACTIONS => with_key(key, |event: u64| {
                self.bodies.remove(&EventNum(event));
                self.aggregates.remove(&EventNum(event));
            }),
            RELATIONS => with_key(key, |(target, _, _): (u64, u64, i64)| {
                drop(self.aggregates.remove(&EventNum(target)));
            }),
            THREADS => with_key(key, |(_, root): (u64, u64)| drop(self.aggregates.remove(&EventNum(root)))),
            COUNTS => self.observe_count(operation),
            REDACTED_COUNTS => with_key(key, |(room, _): (u64, i64)| {
                self.stamps.remove(&RoomNum(room));
            }),
            RECEIPTS => {
                with_key(key, |(room, user, _, _): (u64, u64, u64, u8)| self.forget_reader(room, user));
            }
            HIGHLIGHTS => with_key(key, |(user, room, _): (u64, u64, i64)| self.forget_reader(room, user)),
            COUNT_MODES => with_key(key, |(user, room): (u64, u64)| self.forget_reader(room, user)),
            ROOM_MEMBERS => with_key(key, |(room, _): (u64, u64)| drop(self.heroes.remove(&RoomNum(room)))),
            CURRENT_STATE => {
                with_key(key, |(room, _): (u64, u64)| self.directory.forget_details(RoomNum(room)));
            }
            DIRECTORY => with_key(key, |room: u64| {
                self.directory.list(RoomNum(room), matches!(operation, Operation::Put { .. }));
            }),
            _ => {}
        }
    }

    /// Ranges of rows go when a room is purged: seldom enough to forget everything of that kind.
    fn observe_purge(&self, table: u16) {
        const COUNTS: u16 = tables::COUNTS.number();
        const RECEIPTS: u16 = tables::RECEIPTS.number();
        const ROOM_MEMBERS: u16 = tables::ROOM_MEMBERS.number();
        const RELATIONS: u16 = tables::RELATIONS.number();
        match table {
            COUNTS => self.tallies.clear(),
            RECEIPTS => self.readers.clear(),
            ROOM_MEMBERS => self.heroes.clear(),
            RELATIONS => {
                self.aggregates.clear();
                self.bodies.clear();
            }
            _ => {}
        }
    }

    fn forget_reader(&self, room: u64, user: u64) {
        self.readers.remove(&(RoomNum(room), UserNum(user)));
    }

    fn observe_count(&self, operation: &Operation) {
        let Operation::Put { key, value, .. } = operation else { return };
        with_key(key, |(room, thread, order): (u64, u64, i64)| {
            if (thread, order) == (0, i64::MAX)
                && let Ok(value) = storage::Value::decode(value)
            {
                self.tallies.insert(RoomNum(room), RoomTally::from_row(value));
            }
        });
    }
}

fn with_key<K: storage::Key>(bytes: &[u8], then: impl FnOnce(K)) {
    // Keys were encoded by this program's own tables; what doesn't read is from a newer one and not ours to follow.
    if let Some(key) = K::decode(bytes) {
        then(key);
    }
}
