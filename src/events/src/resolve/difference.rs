//! The auth difference: the events that are in the auth chains of some of the states, but not of all.
//!
//! As all implementations read the specification, the auth chain of a state holds the events of the state themselves.
//! The entries common to all states, with their auth chains, are therefore in no difference. Walking them would cost
//! as much as the room is large, so the walk starts from the differing entries only, from the youngest generation to
//! the oldest, notes which states reach each event, and ends where all that is left is reached by all. What it
//! finds is then cleared of what common entries reach, likely ones first.

use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet};

use ruma::{EventId, OwnedEventId};

use super::{Source, StateMap, Unconflicted, source::Graph};

/// Which of the state sets reach an event, a bit each.
type Reached = u64;

/// The auth difference without the differing entries themselves, which are resolved in any case.
pub(super) fn auth_difference<S: Source>(
    conflicted: &[StateMap<OwnedEventId>],
    unconflicted: &impl Unconflicted,
    graph: &Graph<'_, S>,
) -> BTreeSet<OwnedEventId> {
    let entries: HashSet<&OwnedEventId> = conflicted.iter().flat_map(HashMap::values).collect();
    let mut found = walk(conflicted, unconflicted, graph);
    found.retain(|id| !entries.contains(id));

    let mut cleared = HashSet::new();
    let successors = found.iter().filter_map(|id| {
        let (kind, state_key) = graph.event(id)?.state_entry()?;
        unconflicted.get(&kind, &state_key)
    });
    let successors = successors.collect();
    clear_reached(&mut found, &mut cleared, successors, graph);
    if let Some(oldest) = found.iter().min_by_key(|id| graph.generation(id)) {
        let candidates = unconflicted.events_since(oldest);
        clear_reached(&mut found, &mut cleared, candidates, graph);
    }
    found
}

/// The events that some, but not all, of the differing parts reach, short of what entries common to all reach on the
/// way.
fn walk<S: Source>(
    conflicted: &[StateMap<OwnedEventId>],
    unconflicted: &impl Unconflicted,
    graph: &Graph<'_, S>,
) -> BTreeSet<OwnedEventId> {
    let all: Reached = (0..conflicted.len()).fold(0, |all, set| all | 1 << set);
    let mut front = Front { all, ..Front::default() };
    for (set, entries) in conflicted.iter().enumerate() {
        for id in entries.values() {
            front.reach(id, 1 << set, graph);
        }
    }
    let mut found = BTreeSet::new();
    while let Some((id, mut reached)) = front.pop() {
        if reached != all && is_unconflicted(&id, unconflicted, graph) {
            reached = all;
        }
        for parent in graph.auth_events(&id).iter() {
            front.reach(parent, reached, graph);
        }
        if reached != all {
            found.insert(id);
        }
    }
    found
}

/// The events that are reached but not walked yet.
#[derive(Default)]
struct Front {
    all: Reached,
    queue: BinaryHeap<(u64, OwnedEventId)>,
    reached: HashMap<OwnedEventId, Reached>,
    /// How many of the queue are not reached by all.
    open: usize,
}

impl Front {
    fn reach<S: Source>(&mut self, id: &OwnedEventId, by: Reached, graph: &Graph<'_, S>) {
        let before = self.reached.get(id).copied();
        let now = before.unwrap_or(0) | by;
        let was_open = before.is_some_and(|before| before != self.all);
        if before != Some(now) {
            self.reached.insert(id.clone(), now);
        }
        if before.is_none() {
            self.queue.push((graph.generation(id), id.clone()));
        }
        match (was_open, now != self.all) {
            (false, true) => self.open += 1,
            (true, false) => self.open -= 1,
            _ => {}
        }
    }

    /// The youngest event; `None` once all that is left is reached by all.
    fn pop(&mut self) -> Option<(OwnedEventId, Reached)> {
        if self.open == 0 {
            return None;
        }
        let (_, id) = self.queue.pop()?;
        let reached = self.reached.get(&id).copied().unwrap_or(0);
        if reached != self.all {
            self.open -= 1;
        }
        Some((id, reached))
    }
}

fn is_unconflicted<S: Source>(id: &EventId, unconflicted: &impl Unconflicted, graph: &Graph<'_, S>) -> bool {
    let entry = graph.event(id).and_then(|event| event.state_entry());
    entry.is_some_and(|(kind, key)| unconflicted.get(&kind, &key).as_deref() == Some(id))
}

/// Removes from `found` what is reached from `starts`. `walked` holds what earlier calls walked; they had no smaller
/// `found`.
fn clear_reached<S: Source>(
    found: &mut BTreeSet<OwnedEventId>,
    walked: &mut HashSet<OwnedEventId>,
    starts: Vec<OwnedEventId>,
    graph: &Graph<'_, S>,
) {
    // Nothing older than the oldest that is searched can reach it.
    let Some(oldest) = found.iter().map(|id| graph.generation(id)).min() else { return };
    let mut stack = starts;
    while let Some(id) = stack.pop() {
        if found.is_empty() {
            return;
        }
        if graph.generation(&id) < oldest || !walked.insert(id.clone()) {
            continue;
        }
        found.remove(&id);
        stack.extend(graph.auth_events(&id).iter().cloned());
    }
}
