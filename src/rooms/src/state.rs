//! The state of rooms: at any event, now, and at any position.
//!
//! Promises: a root names one state for ever; reading one key costs a few cached nodes; comparing two states costs what
//! differs. `CURRENT_STATE` always equals the tree at the newest row of `CURRENT_STATE_LOG`.

mod node;
mod tree;

use std::{collections::BTreeMap, sync::Arc};

use events::Pdu;
use ruma::events::StateEventType;
use storage::{Position, Store, tables};

use self::node::Node;
pub use self::tree::{StateChange, StateRoot};
pub(crate) use self::{
    node::NodeHash,
    tree::{NewNodes, NodeSource, diff, entries, get},
};
use crate::{
    RoomError, Rooms, StoredEvent,
    cache::{ByteCache, Weigh, byte_cache},
    ids::{EventNum, RoomNum, StateKeyNum, types},
};

impl Weigh for Node {
    fn weight(&self) -> u64 {
        self.bytes()
    }
}

/// Reads state trees, keeping the nodes used lately in memory.
pub(crate) struct StateStore {
    store: Store,
    cache: ByteCache<(RoomNum, NodeHash), Arc<Node>>,
}

/// The state trees of one room.
#[derive(Clone, Copy)]
pub(crate) struct RoomTrees<'a> {
    state: &'a StateStore,
    room: RoomNum,
}

impl StateStore {
    pub(crate) fn new(store: &Store, bytes: u64) -> Self {
        Self { store: store.clone(), cache: byte_cache(bytes, 512) }
    }

    pub(crate) fn of(&self, room: RoomNum) -> RoomTrees<'_> {
        RoomTrees { state: self, room }
    }

    pub(crate) fn remember(&self, room: RoomNum, hash: NodeHash, node: Arc<Node>) {
        self.cache.insert((room, hash), node);
    }
}

impl NodeSource for RoomTrees<'_> {
    fn node(&self, hash: NodeHash) -> Result<Arc<Node>, RoomError> {
        if let Some(node) = self.state.cache.get(&(self.room, hash)) {
            return Ok(node);
        }
        let bytes = self.state.store.latest(tables::STATE_NODES, &(self.room.0, hash))?;
        let node = bytes.as_deref().and_then(Node::decode);
        let node = Arc::new(node.ok_or(RoomError::Damaged("a node of a state tree"))?);
        self.state.remember(self.room, hash, node.clone());
        Ok(node)
    }
}

impl RoomTrees<'_> {
    pub(crate) fn get(&self, root: StateRoot, key: StateKeyNum) -> Result<Option<EventNum>, RoomError> {
        get(self, root, key)
    }

    pub(crate) fn entries(&self, root: StateRoot) -> Result<Vec<(StateKeyNum, EventNum)>, RoomError> {
        entries(self, root)
    }

    pub(crate) fn diff(&self, a: StateRoot, b: StateRoot) -> Result<Vec<StateChange>, RoomError> {
        diff(self, a, b)
    }
}

impl Rooms {
    /// The event that now holds this place of the room's state.
    pub fn current_state_event(
        &self,
        room: RoomNum,
        key: StateKeyNum,
    ) -> Result<Option<EventNum>, RoomError> {
        Ok(self.inner.store.get(tables::CURRENT_STATE, &(room.0, key.0))?.map(EventNum))
    }

    /// The current state event of a type and key.
    pub fn current_state(
        &self,
        room: RoomNum,
        kind: &StateEventType,
        key: &str,
    ) -> Result<Option<Pdu>, RoomError> {
        let Some(key) = self.inner.ids.find_state_key(&kind.to_string(), key)? else { return Ok(None) };
        let Some(event) = self.current_state_event(room, key)? else { return Ok(None) };
        Ok(Some(self.known_event(event)?.pdu.clone()))
    }

    /// All current state events, sorted by type and key numbers.
    pub fn full_state(&self, room: RoomNum) -> Result<Vec<Arc<StoredEvent>>, RoomError> {
        let rows = self.inner.store.scan_prefix(tables::CURRENT_STATE, &room.0);
        rows.map(|row| self.known_event(EventNum(row?.1))).collect()
    }

    /// The current state events of one type (its number from [`crate::Ids::find_event_type`]).
    pub fn current_state_of_type(
        &self,
        room: RoomNum,
        event_type: u64,
    ) -> Result<Vec<(StateKeyNum, EventNum)>, RoomError> {
        let from = (room.0, StateKeyNum::new(event_type, 0).0);
        let to = (room.0, StateKeyNum::new(event_type + 1, 0).0);
        let rows = self.inner.store.scan(tables::CURRENT_STATE, from..to);
        rows.map(|row| row.map(|((_, key), event)| (StateKeyNum(key), EventNum(event))).map_err(Into::into))
            .collect()
    }

    /// The room's current state as it was at `position`: empty before the room's first event.
    pub fn state_root_at(&self, room: RoomNum, position: Position) -> Result<StateRoot, RoomError> {
        let range = (room.0, 0)..=(room.0, position.0);
        let newest = self.inner.store.scan_back(tables::CURRENT_STATE_LOG, range).next().transpose()?;
        Ok(newest.map_or(StateRoot::EMPTY, |(_, root)| StateRoot(root)))
    }

    /// Where the room had its first member: a room begins with its creation and the creator's joining.
    pub fn beginning(&self, room: RoomNum) -> Result<Position, RoomError> {
        let mut rows = self.inner.store.scan_prefix(tables::CURRENT_STATE_LOG, &room.0).take(2);
        let second = rows.by_ref().last().transpose()?;
        Ok(second.map_or(Position::ZERO, |((_, position), _)| Position(position)))
    }

    /// The root of the room's current state, as far as it is visible.
    pub fn current_root(&self, room: RoomNum) -> Result<StateRoot, RoomError> {
        self.state_root_at(room, self.inner.store.visible())
    }

    /// The state before and after an event. Asynchronous, because a room that is being joined may not have all of its
    /// state yet.
    #[expect(clippy::unused_async, reason = "rooms with partial state will have to wait here")]
    pub async fn state_at(&self, event: EventNum) -> Result<Option<(StateRoot, StateRoot)>, RoomError> {
        let meta = self.inner.events.meta(event)?.filter(|meta| !meta.flags.outlier);
        Ok(meta.map(|meta| (meta.before, meta.after)))
    }

    /// The event that holds a place in a state.
    pub fn state_get(
        &self,
        room: RoomNum,
        root: StateRoot,
        key: StateKeyNum,
    ) -> Result<Option<EventNum>, RoomError> {
        self.inner.state.of(room).get(root, key)
    }

    /// All of a state, sorted by type and key numbers.
    pub fn state_entries(
        &self,
        room: RoomNum,
        root: StateRoot,
    ) -> Result<Vec<(StateKeyNum, EventNum)>, RoomError> {
        self.inner.state.of(room).entries(root)
    }

    /// A state without its member events, sorted by type and key numbers. Costs what there is besides members, and what
    /// has changed since.
    pub fn state_without_members(
        &self,
        room: RoomNum,
        root: StateRoot,
    ) -> Result<Vec<(StateKeyNum, EventNum)>, RoomError> {
        // Rows and root are read one after the other: they belong together if nothing came in between.
        for _ in 0..4 {
            let Some((position, now)) = self.newest_root(room)? else { break };
            let mut state = self.rows_without_members(room)?;
            if self.newest_root(room)? != Some((position, now)) {
                continue;
            }
            for change in self.state_diff(room, now, root)? {
                match change.after {
                    Some(event) if change.key.event_type() != types::MEMBER => {
                        state.insert(change.key, event)
                    }
                    _ => state.remove(&change.key),
                };
            }
            return Ok(state.into_iter().collect());
        }
        let mut state = self.state_entries(room, root)?;
        state.retain(|(key, _)| key.event_type() != types::MEMBER);
        Ok(state)
    }

    fn rows_without_members(&self, room: RoomNum) -> Result<BTreeMap<StateKeyNum, EventNum>, RoomError> {
        let members = StateKeyNum::new(types::MEMBER, 0)..StateKeyNum::new(types::MEMBER + 1, 0);
        let before = (room.0, 0)..(room.0, members.start.0);
        let after = (room.0, members.end.0)..=(room.0, u64::MAX);
        let store = &self.inner.store;
        let rows = store.scan(tables::CURRENT_STATE, before).chain(store.scan(tables::CURRENT_STATE, after));
        rows.map(|row| row.map(|((_, key), event)| (StateKeyNum(key), EventNum(event))).map_err(Into::into))
            .collect()
    }

    /// The newest current state on disk, and the position since which it is so.
    fn newest_root(&self, room: RoomNum) -> Result<Option<(Position, StateRoot)>, RoomError> {
        let newest =
            self.inner.store.scan_prefix_back(tables::CURRENT_STATE_LOG, &room.0).next().transpose()?;
        Ok(newest.map(|((_, position), root)| (Position(position), StateRoot(root))))
    }

    /// How many places a state fills.
    pub fn state_len(&self, room: RoomNum, root: StateRoot) -> Result<usize, RoomError> {
        tree::len(&self.inner.state.of(room), root)
    }

    /// Where two states of a room differ, sorted by type and key numbers.
    pub fn state_diff(
        &self,
        room: RoomNum,
        a: StateRoot,
        b: StateRoot,
    ) -> Result<Vec<StateChange>, RoomError> {
        self.inner.state.of(room).diff(a, b)
    }
}
