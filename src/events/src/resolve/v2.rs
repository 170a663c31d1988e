//! State resolution v2 (room versions 2 to 11) and v2.1 (12), on ruma's implementation.
//!
//! ruma wants whole states and whole auth chains. It gets the differing entries with as much of the common ones as
//! the events in question can ask for, and for auth chains the difference itself against nothing, of which it computes
//! the same difference.

use std::collections::{BTreeSet, HashSet};

use ruma::{
    EventId, OwnedEventId,
    events::StateEventType,
    room_version_rules::{RoomVersionRules, StateResolutionV2Rules},
    state_res::{self, utils::event_id_set::EventIdSet},
};

use super::{
    ResolveError, Source, StateMap, Unconflicted, conflicted_events, difference::auth_difference,
    source::Graph, subgraph::conflicted_subgraph,
};
use crate::auth::auth_types_of;

pub(super) fn resolve<S: Source>(
    rules: &RoomVersionRules,
    v2_rules: StateResolutionV2Rules,
    conflicted: &[StateMap<OwnedEventId>],
    unconflicted: &impl Unconflicted,
    graph: &Graph<'_, S>,
) -> Result<StateMap<OwnedEventId>, ResolveError> {
    let difference = auth_difference(conflicted, unconflicted, graph);
    let entries = conflicted_events(conflicted);
    let subgraph = if v2_rules.consider_conflicted_state_subgraph {
        conflicted_subgraph(&entries, graph)
    } else {
        BTreeSet::new()
    };
    let in_question = entries.iter().chain(&difference).chain(&subgraph);
    let common = common_entries(rules, in_question, conflicted, unconflicted, graph);

    let with_common = |own: &StateMap<OwnedEventId>| {
        let mut state = common.clone();
        state.extend(own.iter().map(|(key, id)| (key.clone(), id.clone())));
        state
    };
    let state_sets: Vec<_> = conflicted.iter().map(with_common).collect();
    let auth_chains = vec![difference.into_iter().collect::<EventIdSet<_>>(), EventIdSet::new()];
    let mut resolved = state_res::resolve(
        &rules.authorization,
        &v2_rules,
        &state_sets,
        auth_chains,
        |id: &EventId| graph.event(id),
        |_: &StateMap<Vec<OwnedEventId>>| Some(subgraph.iter().cloned().collect()),
    )
    .map_err(|error| match error {
        state_res::Error::NotFound(id) => ResolveError::Missing(id),
        other => ResolveError::Damaged(other.to_string()),
    })?;
    resolved.retain(|key, _| !common.contains_key(key));
    Ok(resolved)
}

/// The common entries that authorize events in question, or that such events would replace.
fn common_entries<'a, S: Source>(
    rules: &RoomVersionRules,
    in_question: impl Iterator<Item = &'a OwnedEventId>,
    conflicted: &[StateMap<OwnedEventId>],
    unconflicted: &impl Unconflicted,
    graph: &Graph<'_, S>,
) -> StateMap<OwnedEventId> {
    // The mainline starts from the power levels.
    let mut keys = HashSet::from([(StateEventType::RoomPowerLevels, String::new())]);
    for event in in_question.filter_map(|id| graph.event(id)) {
        keys.extend(event.state_entry());
        // A malformed event is denied whatever the state.
        keys.extend(auth_types_of(&event, rules).unwrap_or_default());
    }
    keys.retain(|key| conflicted.iter().all(|own| !own.contains_key(key)));
    keys.into_iter().filter_map(|key| unconflicted.get(&key.0, &key.1).map(|id| (key, id))).collect()
}
