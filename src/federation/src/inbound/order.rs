//! Events in an order in which they can be taken in.

use events::Pdu;
use ruma::{EventId, OwnedEventId, events::TimelineEventType};
use std::collections::{BTreeSet, HashMap};

/// Events by their ids.
pub(crate) type Events = HashMap<OwnedEventId, Pdu>;

/// Each after those of them that come right before it in the room.
pub(crate) fn in_time(events: Events) -> Vec<Pdu> {
    sorted(events, Pdu::prev_events)
}

/// Each after those of them that authorize it; a create event, which authorizes all, at the start.
pub(crate) fn in_auth(events: Events) -> Vec<Pdu> {
    sorted(events, Pdu::auth_events)
}

/// What comes first when nothing else decides.
type Rank = (bool, u64, OwnedEventId);

fn rank(pdu: &Pdu) -> Rank {
    (*pdu.kind() != TimelineEventType::RoomCreate, pdu.depth(), pdu.event_id().to_owned())
}

/// Events in a circle, which the ids of room versions 1 and 2 do not rule out, are left out.
fn sorted(mut events: Events, before: impl Fn(&Pdu) -> &[OwnedEventId]) -> Vec<Pdu> {
    let mut after: HashMap<OwnedEventId, Vec<OwnedEventId>> = HashMap::new();
    let mut waits: HashMap<OwnedEventId, usize> = HashMap::new();
    let mut ready: BTreeSet<Rank> = BTreeSet::new();
    for (id, pdu) in &events {
        let inside: BTreeSet<&EventId> =
            before(pdu).iter().map(AsRef::as_ref).filter(|id: &&EventId| events.contains_key(*id)).collect();
        for earlier in &inside {
            after.entry((*earlier).to_owned()).or_default().push(id.clone());
        }
        if inside.is_empty() {
            ready.insert(rank(pdu));
        }
        waits.insert(id.clone(), inside.len());
    }
    let mut order = Vec::with_capacity(events.len());
    while let Some((_, _, id)) = ready.pop_first() {
        for later in after.remove(&id).unwrap_or_default() {
            let Some(waiting) = waits.get_mut(&later) else { continue };
            *waiting -= 1;
            if *waiting == 0 {
                ready.extend(events.get(&later).map(rank));
            }
        }
        order.extend(events.remove(&id));
    }
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use events::testing::TestRoom;
    use ruma::RoomVersionId;

    fn mixed(events: &[Pdu]) -> Events {
        events.iter().map(|pdu| (pdu.event_id().to_owned(), pdu.clone())).collect()
    }

    #[test]
    fn time_goes_along_the_graph() {
        let mut graph = TestRoom::public(&RoomVersionId::V11, "@alice:a");
        for n in 0..20 {
            graph.message("@alice:a", &n.to_string()).valid();
        }
        assert_eq!(in_time(mixed(&graph.events())), graph.events());
        let part = &graph.events()[3..9];
        assert_eq!(in_time(mixed(part)), part);
    }

    #[test]
    fn whoever_authorizes_comes_first() {
        for version in [RoomVersionId::V11, RoomVersionId::V12] {
            let mut graph = TestRoom::public(&version, "@alice:a");
            graph.join("@bob:b").unwrap();
            graph.member("@bob:b", "@bob:b", "leave").valid();
            graph.join("@bob:b").unwrap();
            let order = in_auth(mixed(&graph.events()));
            assert_eq!(order.len(), graph.events().len());
            assert_eq!(*order[0].kind(), TimelineEventType::RoomCreate);
            for (at, pdu) in order.iter().enumerate() {
                let named = |id: &OwnedEventId| order[..at].iter().any(|earlier| earlier.event_id() == *id);
                assert!(pdu.auth_events().iter().all(named));
            }
        }
    }
}
