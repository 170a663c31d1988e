//! State resolution: one state of the room out of several that differ (each room version's page, "State resolution").
//!
//! The cost grows with the conflict, not with the room: [`resolve_conflicted`] wants only the part of the state sets
//! that differs, asks for single entries of the rest, and of the auth chains walks only what is not common to all.
//! The result depends on nothing but the state sets and the events' auth events; tests hold the short ways to the
//! plain reading of the specification.

mod difference;
mod source;
mod subgraph;
mod v1;
mod v2;

use std::collections::{BTreeSet, HashMap};

pub use ruma::state_res::StateMap;
use ruma::{
    OwnedEventId,
    events::StateEventType,
    room_version_rules::{RoomVersionRules, StateResolutionVersion},
};

use self::source::Graph;
pub use self::source::{Source, Unconflicted};

/// Most state sets that are resolved at once. An event follows at most 20 others.
pub const MAX_STATE_SETS: usize = 64;

/// Why a state could not be resolved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ResolveError {
    /// The source lacks an event that the resolution needs. Fetch it and try again.
    #[error("event {0} is missing")]
    Missing(OwnedEventId),
    /// An event that must not be in the room's state is in it.
    #[error("damaged room state: {0}")]
    Damaged(String),
    /// More than [`MAX_STATE_SETS`] states.
    #[error("too many states to resolve at once")]
    TooManySets,
}

/// Resolves whole state sets. Use [`resolve_conflicted`] when only the differing part is at hand.
pub fn resolve(
    rules: &RoomVersionRules,
    state_sets: &[StateMap<OwnedEventId>],
    source: &impl Source,
) -> Result<StateMap<OwnedEventId>, ResolveError> {
    let (unconflicted, conflicted) = split(state_sets);
    if conflicted.iter().all(HashMap::is_empty) {
        return Ok(unconflicted);
    }
    let resolved = resolve_conflicted(rules, &conflicted, &unconflicted, source)?;
    let mut state = unconflicted;
    state.extend(resolved);
    Ok(state)
}

/// Resolves states of which `conflicted` are the entries that are not in all of them with the same event, one map a
/// state set, and `unconflicted` the entries that are.
///
/// Gives the entries that the resolved state has beside the unconflicted ones; an entry of `conflicted` that is not
/// among them is in the state no more.
pub fn resolve_conflicted(
    rules: &RoomVersionRules,
    conflicted: &[StateMap<OwnedEventId>],
    unconflicted: &impl Unconflicted,
    source: &impl Source,
) -> Result<StateMap<OwnedEventId>, ResolveError> {
    if conflicted.len() > MAX_STATE_SETS {
        return Err(ResolveError::TooManySets);
    }
    let graph = Graph::new(source);
    match &rules.state_res {
        StateResolutionVersion::V1 => Ok(v1::resolve(rules, conflicted, unconflicted, &graph)),
        StateResolutionVersion::V2(v2_rules) => {
            v2::resolve(rules, *v2_rules, conflicted, unconflicted, &graph)
        }
        other => Err(ResolveError::Damaged(format!("unknown state resolution {other:?}"))),
    }
}

/// The entries common to all state sets, and what each has besides.
pub fn split(state_sets: &[StateMap<OwnedEventId>]) -> (StateMap<OwnedEventId>, Vec<StateMap<OwnedEventId>>) {
    let Some((first, rest)) = state_sets.split_first() else {
        return (StateMap::new(), Vec::new());
    };
    let mut unconflicted = first.clone();
    unconflicted.retain(|key, id| rest.iter().all(|set| set.get(key) == Some(&*id)));
    let own = |set: &StateMap<OwnedEventId>| {
        let differing = set.iter().filter(|(key, _)| !unconflicted.contains_key(*key));
        differing.map(|(key, id)| (key.clone(), id.clone())).collect()
    };
    let conflicted = state_sets.iter().map(own).collect();
    (unconflicted, conflicted)
}

/// All events that stand in the differing parts.
fn conflicted_events(conflicted: &[StateMap<OwnedEventId>]) -> BTreeSet<OwnedEventId> {
    conflicted.iter().flat_map(HashMap::values).cloned().collect()
}

/// The candidates for each entry, in an order that depends on nothing.
fn candidates(
    conflicted: &[StateMap<OwnedEventId>],
) -> Vec<((StateEventType, String), BTreeSet<OwnedEventId>)> {
    let mut by_key: HashMap<_, BTreeSet<OwnedEventId>> = HashMap::new();
    for (key, id) in conflicted.iter().flatten() {
        by_key.entry(key.clone()).or_default().insert(id.clone());
    }
    let mut candidates: Vec<_> = by_key.into_iter().collect();
    candidates.sort_by(|a, b| a.0.cmp(&b.0));
    candidates
}

#[cfg(test)]
mod tests;
