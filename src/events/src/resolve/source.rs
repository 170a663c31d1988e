//! Where resolution gets its events from.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use ruma::{EventId, OwnedEventId, events::StateEventType};

use super::StateMap;
use crate::Pdu;

/// The events of one room. Every closure `Fn(&EventId) -> Option<Pdu>` is one; who keeps generations implements the
/// trait, and resolution loads fewer events.
pub trait Source {
    /// The event, with [`Pdu::rejected_as`] said. All auth events of events that are given must be given too.
    fn event(&self, id: &EventId) -> Option<Pdu>;

    /// A number that is greater than that of each of the event's auth events: the length of the longest way up to the
    /// create event. Never taken from what other servers say (such as `depth`). `None` if it is not kept; then it is
    /// computed, by walking all of the event's auth chain.
    fn generation(&self, id: &EventId) -> Option<u64> {
        let _ = id;
        None
    }

    /// The ids of the event's auth events, if that is cheaper to have than the event.
    fn auth_events(&self, id: &EventId) -> Option<Vec<OwnedEventId>> {
        self.event(id).map(|event| event.auth_events().to_vec())
    }
}

impl<F: Fn(&EventId) -> Option<Pdu>> Source for F {
    fn event(&self, id: &EventId) -> Option<Pdu> {
        self(id)
    }
}

/// The entries that all state sets have in common.
pub trait Unconflicted {
    /// The event of one entry.
    fn get(&self, kind: &StateEventType, state_key: &str) -> Option<OwnedEventId>;

    /// All events that may have `event`, or an event of a higher generation, in their auth chains, in any order; others may be
    /// among them. Asked for seldom: only when the auth chains of the states truly differ.
    fn events_since(&self, event: &EventId) -> Vec<OwnedEventId>;
}

impl Unconflicted for StateMap<OwnedEventId> {
    fn get(&self, kind: &StateEventType, state_key: &str) -> Option<OwnedEventId> {
        // The map's key can't be borrowed from its parts.
        Self::get(self, &(kind.clone(), state_key.to_owned())).cloned()
    }

    fn events_since(&self, _event: &EventId) -> Vec<OwnedEventId> {
        self.values().cloned().collect()
    }
}

/// A source that asks for nothing twice.
pub(super) struct Graph<'a, S> {
    source: &'a S,
    events: RefCell<HashMap<OwnedEventId, Option<Pdu>>>,
    auth_events: RefCell<HashMap<OwnedEventId, Rc<[OwnedEventId]>>>,
    generations: RefCell<HashMap<OwnedEventId, u64>>,
}

impl<'a, S: Source> Graph<'a, S> {
    pub(super) fn new(source: &'a S) -> Self {
        Self {
            source,
            events: RefCell::default(),
            auth_events: RefCell::default(),
            generations: RefCell::default(),
        }
    }

    pub(super) fn event(&self, id: &EventId) -> Option<Pdu> {
        if let Some(event) = self.events.borrow().get(id) {
            return event.clone();
        }
        let event = self.source.event(id);
        self.events.borrow_mut().insert(id.to_owned(), event.clone());
        event
    }

    /// The auth events; none for events that are missing.
    pub(super) fn auth_events(&self, id: &EventId) -> Rc<[OwnedEventId]> {
        if let Some(ids) = self.auth_events.borrow().get(id) {
            return Rc::clone(ids);
        }
        let known = self.events.borrow().get(id).cloned();
        let ids: Rc<[OwnedEventId]> = match known {
            Some(event) => event.map(|event| event.auth_events().into()).unwrap_or_default(),
            None => self.source.auth_events(id).unwrap_or_default().into(),
        };
        self.auth_events.borrow_mut().insert(id.to_owned(), Rc::clone(&ids));
        ids
    }

    /// The generation, see [`Source::generation`].
    pub(super) fn generation(&self, id: &EventId) -> u64 {
        if let Some(generation) = self.generations.borrow().get(id) {
            return *generation;
        }
        if let Some(generation) = self.source.generation(id) {
            self.generations.borrow_mut().insert(id.to_owned(), generation);
            return generation;
        }
        self.compute_generation(id)
    }

    /// Walks the auth chain depth first. An event that is its own ancestor, which only room versions 1 and 2 could
    /// express, counts as having no auth events at the second visit.
    fn compute_generation(&self, id: &EventId) -> u64 {
        let mut stack = vec![(id.to_owned(), false)];
        while let Some((id, parents_done)) = stack.pop() {
            let parents = self.auth_events(&id);
            if parents_done {
                let known = self.generations.borrow();
                let greatest = parents.iter().filter_map(|parent| known.get(parent)).max().copied();
                drop(known);
                self.generations.borrow_mut().insert(id, greatest.map_or(0, |greatest| greatest + 1));
            } else if !self.generations.borrow().contains_key(&id) {
                self.generations.borrow_mut().insert(id.clone(), 0);
                let unknown = |parent: &&OwnedEventId| !self.generations.borrow().contains_key(*parent);
                let next: Vec<_> = parents.iter().filter(unknown).map(|id| (id.clone(), false)).collect();
                stack.push((id, true));
                stack.extend(next);
            }
        }
        self.generations.borrow().get(id).copied().unwrap_or(0)
    }
}
