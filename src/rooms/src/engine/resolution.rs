//! Several states of a room become one: only what differs is looked at (each room version's page, "State resolution").

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
};

use events::{
    Pdu,
    resolve::{ResolveError, Source, StateMap, Unconflicted, resolve_conflicted},
};
use ruma::{EventId, OwnedEventId, events::StateEventType};

use super::Append;
use crate::{
    RoomError,
    ids::{EventNum, StateKeyNum},
    state::{self, StateRoot},
};

impl Append<'_> {
    /// The one state that follows from `roots`.
    pub(super) fn resolve(&mut self, roots: &[StateRoot]) -> Result<StateRoot, RoomError> {
        let mut distinct: Vec<StateRoot> = Vec::new();
        for root in roots {
            if !distinct.contains(root) {
                distinct.push(*root);
            }
        }
        let Some((first, rest)) = distinct.split_first() else { return Ok(StateRoot::EMPTY) };
        if rest.is_empty() {
            return Ok(*first);
        }
        let mut keys = BTreeSet::new();
        for root in rest {
            keys.extend(state::diff(&self.nodes, *first, *root)?.into_iter().map(|change| change.key));
        }
        let resolved = self.resolve_keys(&distinct, &keys)?;
        self.put_resolved(*first, keys, &resolved)
    }

    fn resolve_keys(
        &self,
        roots: &[StateRoot],
        keys: &BTreeSet<StateKeyNum>,
    ) -> Result<StateMap<OwnedEventId>, RoomError> {
        let mut conflicted = Vec::with_capacity(roots.len());
        for root in roots {
            let mut entries = StateMap::new();
            for key in keys {
                if let Some(num) = state::get(&self.nodes, *root, *key)? {
                    let (kind, text) = self.rooms.inner.ids.state_key_name(*key)?;
                    entries.insert((kind, text.to_string()), self.event(num)?.owned_event_id().clone());
                }
            }
            conflicted.push(entries);
        }
        let common = Common { append: self, root: roots[0], keys, failed: RefCell::default() };
        let source = Known { append: self, failed: RefCell::default() };
        let resolved = resolve_conflicted(&self.head.room.rules, &conflicted, &common, &source);
        common.failed.into_inner().or(source.failed.into_inner()).map_or(Ok(()), Err)?;
        resolved.map_err(|error| match error {
            ResolveError::Missing(_) => RoomError::Damaged("an event of the room's state is gone"),
            ResolveError::Damaged(_) => RoomError::Damaged("a state that can't be resolved"),
            ResolveError::TooManySets => RoomError::Damaged("too many states to resolve"),
        })
    }

    fn put_resolved(
        &mut self,
        base: StateRoot,
        keys: BTreeSet<StateKeyNum>,
        resolved: &StateMap<OwnedEventId>,
    ) -> Result<StateRoot, RoomError> {
        let ids = &self.rooms.inner.ids;
        // Resolution may also bring in entries that none of the states had.
        let mut changes: BTreeMap<StateKeyNum, Option<EventNum>> =
            keys.into_iter().map(|key| (key, None)).collect();
        for ((kind, text), event) in resolved {
            let key = ids.state_key(&kind.to_string(), text)?;
            let num = self.find(event)?.ok_or(RoomError::Damaged("resolution chose an unknown event"))?;
            changes.insert(key, Some(num));
        }
        self.nodes.update(base, &changes.into_iter().collect::<Vec<_>>())
    }

    /// The number of an event, also of one added just now.
    pub(super) fn find(&self, id: &EventId) -> Result<Option<EventNum>, RoomError> {
        if let Some((num, _)) = self.placing.as_ref().filter(|(_, pdu)| pdu.event_id() == id) {
            return Ok(Some(*num));
        }
        match self.deferred.events.find(id) {
            Some(num) => Ok(Some(num)),
            None => self.rooms.inner.ids.find_event(id),
        }
    }
}

/// What all states agree on.
struct Common<'a, 'b> {
    append: &'a Append<'b>,
    root: StateRoot,
    keys: &'a BTreeSet<StateKeyNum>,
    failed: RefCell<Option<RoomError>>,
}

impl Common<'_, '_> {
    fn read(&self, kind: &StateEventType, key: &str) -> Result<Option<OwnedEventId>, RoomError> {
        let ids = &self.append.rooms.inner.ids;
        let Some(key) = ids.find_state_key(&kind.to_string(), key)? else { return Ok(None) };
        if self.keys.contains(&key) {
            return Ok(None);
        }
        let event = self.append.state_event(self.root, key)?;
        Ok(event.map(|event| event.pdu.owned_event_id().clone()))
    }

    /// What was in the state before `event` came before it, so only what has changed since can refer to it. (Of an outlier no
    /// state is known, which makes that everything.)
    fn read_since(&self, event: &EventId) -> Result<Vec<OwnedEventId>, RoomError> {
        let num = self.append.find(event)?.ok_or(RoomError::Damaged("an event of an auth chain is gone"))?;
        let before = self.append.meta(num)?.before;
        let changes = state::diff(&self.append.nodes, before, self.root)?;
        let common = changes.into_iter().filter(|change| !self.keys.contains(&change.key));
        common
            .filter_map(|change| change.after)
            .map(|num| Ok(self.append.event(num)?.owned_event_id().clone()))
            .collect()
    }
}

impl Unconflicted for Common<'_, '_> {
    fn get(&self, kind: &StateEventType, state_key: &str) -> Option<OwnedEventId> {
        keep(self.read(kind, state_key), &self.failed).flatten()
    }

    fn events_since(&self, event: &EventId) -> Vec<OwnedEventId> {
        keep(self.read_since(event), &self.failed).unwrap_or_default()
    }
}

/// The events of the room that are stored.
struct Known<'a, 'b> {
    append: &'a Append<'b>,
    failed: RefCell<Option<RoomError>>,
}

impl Known<'_, '_> {
    fn read(&self, id: &EventId) -> Result<Option<Pdu>, RoomError> {
        self.append.find(id)?.map(|num| self.append.event(num)).transpose()
    }
}

impl Source for Known<'_, '_> {
    fn event(&self, id: &EventId) -> Option<Pdu> {
        keep(self.read(id), &self.failed).flatten()
    }

    /// Events are stored after those that authorize them, so numbers rise along auth events.
    fn generation(&self, id: &EventId) -> Option<u64> {
        keep(self.append.find(id), &self.failed).flatten().map(|num| num.0)
    }
}

/// Sets an error aside for the end, where it can be returned.
fn keep<T>(result: Result<T, RoomError>, failed: &RefCell<Option<RoomError>>) -> Option<T> {
    result.map_err(|error| failed.replace(Some(error))).ok()
}
