//! State resolution of room version 1.
//!
//! Where the specification is silent, as the reference implementation does: an entry that stands in some states only,
//! and there with one event, is no conflict; and if none of the candidates is allowed, the one with the least depth
//! stays.

use std::{
    cmp::Reverse,
    collections::{BTreeSet, HashMap},
};

use ruma::{OwnedEventId, events::StateEventType, room_version_rules::RoomVersionRules};
use sha1::{Digest, Sha1};

use super::{Source, StateMap, Unconflicted, candidates, source::Graph};
use crate::{Pdu, auth::check_against_state};

type Key = (StateEventType, String);

pub(super) fn resolve<S: Source>(
    rules: &RoomVersionRules,
    conflicted: &[StateMap<OwnedEventId>],
    unconflicted: &impl Unconflicted,
    graph: &Graph<'_, S>,
) -> StateMap<OwnedEventId> {
    let mut room = Room { rules, unconflicted, graph, resolved: HashMap::new() };
    let mut open = Vec::new();
    for (key, ids) in candidates(conflicted) {
        let mut events = events_by_depth(&ids, graph);
        if events.len() > 1 {
            open.push((key, events));
        } else if let Some(event) = events.pop() {
            room.resolved.insert(key, event);
        }
    }
    let passes: [fn(&Key) -> bool; 4] = [
        |key| key.0 == StateEventType::RoomPowerLevels && key.1.is_empty(),
        |key| key.0 == StateEventType::RoomJoinRules,
        |key| key.0 == StateEventType::RoomMember,
        |_| true,
    ];
    for (pass, belongs) in passes.iter().enumerate() {
        // Entries of one pass don't see each other's outcome.
        let (now, later): (Vec<_>, Vec<_>) = open.into_iter().partition(|(key, _)| belongs(key));
        let decided: Vec<_> = now
            .into_iter()
            .filter_map(|(key, events)| {
                let winner =
                    if pass < 3 { room.last_allowed(&key, events) } else { room.deepest_allowed(events) };
                Some((key, winner?))
            })
            .collect();
        room.resolved.extend(decided);
        open = later;
    }
    room.resolved.into_iter().map(|(key, event)| (key, event.event_id().to_owned())).collect()
}

/// The events that are at hand by ascending depth, then descending SHA-1 of the event id.
fn events_by_depth<S: Source>(ids: &BTreeSet<OwnedEventId>, graph: &Graph<'_, S>) -> Vec<Pdu> {
    let mut events: Vec<Pdu> = ids.iter().filter_map(|id| graph.event(id)).collect();
    events.sort_by_cached_key(|event| {
        let digest: [u8; 20] = Sha1::digest(event.event_id().as_bytes()).into();
        (event.depth(), Reverse(digest))
    });
    events
}

struct Room<'a, S, U> {
    rules: &'a RoomVersionRules,
    unconflicted: &'a U,
    graph: &'a Graph<'a, S>,
    resolved: HashMap<Key, Pdu>,
}

impl<S: Source, U: Unconflicted> Room<'_, S, U> {
    /// Whether the state so far, with `instead` in the place of `key`, allows the event.
    fn allows(&self, event: &Pdu, instead: Option<(&Key, &Pdu)>) -> bool {
        check_against_state(event, self.rules, |kind, state_key| {
            if let Some((key, event)) = instead
                && key.0 == *kind
                && key.1 == state_key
            {
                return Some(event.clone());
            }
            let resolved = self.resolved.get(&(kind.clone(), state_key.to_owned()));
            resolved.cloned().or_else(|| self.graph.event(&self.unconflicted.get(kind, state_key)?))
        })
        .is_ok()
    }

    /// From the least depth on, each event that its predecessor's state allows takes its place, until one doesn't.
    fn last_allowed(&self, key: &Key, events: Vec<Pdu>) -> Option<Pdu> {
        let mut events = events.into_iter();
        let mut winner = events.next()?;
        for event in events {
            if !self.allows(&event, Some((key, &winner))) {
                break;
            }
            winner = event;
        }
        Some(winner)
    }

    /// The deepest event that the state allows.
    fn deepest_allowed(&self, events: Vec<Pdu>) -> Option<Pdu> {
        let least_deep = events.first().cloned();
        events.into_iter().rev().find(|event| self.allows(event, None)).or(least_deep)
    }
}
