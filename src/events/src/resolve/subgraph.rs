//! The conflicted state subgraph of state resolution v2.1 (room version 12, "State resolution"): all events on a way
//! along auth events from one conflicted event to another.

use std::collections::{BTreeSet, HashSet};

use ruma::OwnedEventId;

use super::{Source, source::Graph};

/// The subgraph, the conflicted events included.
pub(super) fn conflicted_subgraph<S: Source>(
    conflicted: &BTreeSet<OwnedEventId>,
    graph: &Graph<'_, S>,
) -> BTreeSet<OwnedEventId> {
    // What is older than the oldest conflicted event reaches none.
    let Some(oldest) = conflicted.iter().map(|id| graph.generation(id)).min() else {
        return BTreeSet::new();
    };
    let mut below: HashSet<OwnedEventId> = HashSet::new();
    let mut stack: Vec<OwnedEventId> = conflicted.iter().cloned().collect();
    while let Some(id) = stack.pop() {
        if graph.generation(&id) >= oldest && below.insert(id.clone()) {
            stack.extend(graph.auth_events(&id).iter().cloned());
        }
    }
    let mut oldest_first: Vec<(u64, OwnedEventId)> =
        below.into_iter().map(|id| (graph.generation(&id), id)).collect();
    oldest_first.sort_unstable();
    let mut subgraph = BTreeSet::new();
    for (_, id) in oldest_first {
        if conflicted.contains(&id) || graph.auth_events(&id).iter().any(|parent| subgraph.contains(parent)) {
            subgraph.insert(id);
        }
    }
    subgraph
}
