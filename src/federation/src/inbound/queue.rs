//! The events of a room that wait for others, in memory. What must not be lost is in `STAGED_PDUS`.

use parking_lot::Mutex;
use ruma::{EventId, OwnedEventId, OwnedServerName};
use std::collections::{HashMap, HashSet};
use tokio::sync::Notify;

/// The most events of one room that wait.
pub(super) const MOST_IN_ROOM: usize = 1_000;

/// An event that waits.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    /// Who sent it here.
    pub(super) origin: OwnedServerName,
    /// As its sender says; the lesser ones are tried first.
    pub(super) depth: u64,
    /// How often others were asked for what it needs.
    pub(super) tries: u32,
    /// When it is tried next, milliseconds since the epoch.
    pub(super) next_ms: u64,
    /// What it needs.
    pub(super) missing: HashSet<OwnedEventId>,
}

/// What a room's worker is to do.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Try this one.
    Event(OwnedEventId),
    /// Nothing until then, milliseconds since the epoch.
    At(u64),
    /// Nothing waits any more.
    Nothing,
}

/// The waiting events of a room.
#[derive(Default)]
pub(super) struct RoomQueue {
    events: Mutex<HashMap<OwnedEventId, Waiting>>,
    /// Told when there may be something to do.
    pub(super) changed: Notify,
}

impl RoomQueue {
    pub(super) fn len(&self) -> usize {
        self.events.lock().len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.events.lock().is_empty()
    }

    /// Adds an event; one that waits already goes on waiting as before.
    pub(super) fn add(&self, id: OwnedEventId, waiting: Waiting) {
        self.events.lock().entry(id).or_insert(waiting);
        self.changed.notify_one();
    }

    pub(super) fn get(&self, id: &EventId) -> Option<Waiting> {
        self.events.lock().get(id).cloned()
    }

    pub(super) fn remove(&self, id: &EventId) {
        self.events.lock().remove(id);
    }

    /// Sets when an event is tried next, and what it needs.
    pub(super) fn put_off(&self, id: &EventId, tries: u32, next_ms: u64, missing: HashSet<OwnedEventId>) {
        if let Some(waiting) = self.events.lock().get_mut(id) {
            (waiting.tries, waiting.next_ms, waiting.missing) = (tries, next_ms, missing);
        }
    }

    /// These events are here now: whoever waited for nothing else is tried at once.
    pub(super) fn arrived<'a>(&self, ids: impl IntoIterator<Item = &'a EventId>) {
        let mut events = self.events.lock();
        for id in ids {
            for waiting in events.values_mut() {
                if waiting.missing.remove(id) && waiting.missing.is_empty() {
                    waiting.next_ms = 0;
                }
            }
        }
        drop(events);
        self.changed.notify_one();
    }

    /// All that is waited for.
    pub(super) fn missing(&self) -> HashSet<OwnedEventId> {
        self.events.lock().values().flat_map(|waiting| waiting.missing.iter().cloned()).collect()
    }

    pub(super) fn next(&self, now_ms: u64) -> Next {
        let events = self.events.lock();
        let due = events.iter().filter(|(_, waiting)| waiting.next_ms <= now_ms);
        if let Some((id, _)) = due.min_by_key(|(id, waiting)| (waiting.depth, *id)) {
            return Next::Event(id.clone());
        }
        events.values().map(|waiting| waiting.next_ms).min().map_or(Next::Nothing, Next::At)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruma::{event_id, server_name};

    fn waiting(depth: u64, next_ms: u64, missing: &[&EventId]) -> Waiting {
        let missing = missing.iter().map(|id| (*id).to_owned()).collect();
        Waiting { origin: server_name!("a").to_owned(), depth, tries: 0, next_ms, missing }
    }

    #[test]
    fn the_lowest_of_those_that_are_due_is_next() {
        let queue = RoomQueue::default();
        assert_eq!(queue.next(0), Next::Nothing);
        queue.add(event_id!("$high").to_owned(), waiting(9, 0, &[]));
        queue.add(event_id!("$low").to_owned(), waiting(2, 0, &[]));
        queue.add(event_id!("$later").to_owned(), waiting(1, 50, &[]));
        assert_eq!(queue.next(10), Next::Event(event_id!("$low").to_owned()));
        queue.remove(event_id!("$low"));
        queue.remove(event_id!("$high"));
        assert_eq!(queue.next(10), Next::At(50));
    }

    #[test]
    fn who_waits_for_nothing_more_is_due() {
        let queue = RoomQueue::default();
        let (a, b) = (event_id!("$a"), event_id!("$b"));
        queue.add(event_id!("$c").to_owned(), waiting(1, 1_000, &[a, b]));
        queue.arrived([a]);
        assert_eq!(queue.next(10), Next::At(1_000));
        queue.arrived([b]);
        assert_eq!(queue.next(10), Next::Event(event_id!("$c").to_owned()));
    }
}
