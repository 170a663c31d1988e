//! Random rooms: the order of arrival does not matter, and the short ways agree with the plain reading of the
//! specification.

use std::collections::{BTreeSet, HashMap};

use proptest::prelude::*;
use ruma::{EventId, OwnedEventId, RoomVersionId, room_version_rules::StateResolutionVersion, state_res};

use super::later_versions;
use crate::{
    Pdu, RoomVersion,
    resolve::{
        Source, StateMap, conflicted_events, difference::auth_difference, resolve, source::Graph, split,
        subgraph::conflicted_subgraph,
    },
    testing::{Random, TestRoom, random_room},
};

/// A source that knows generations without walking.
struct WithGenerations<'a>(&'a TestRoom);

impl Source for WithGenerations<'_> {
    fn event(&self, id: &EventId) -> Option<Pdu> {
        self.0.get(id)
    }

    fn generation(&self, id: &EventId) -> Option<u64> {
        Some(self.0.generation(id))
    }
}

/// The states after some events of the room.
fn some_states(room: &TestRoom, random: &mut Random) -> Vec<StateMap<OwnedEventId>> {
    let events = room.events();
    let count = 2 + random.below(3);
    (0..count).map(|_| room.state_after(random.pick(&events).event_id()).clone()).collect()
}

/// Events and all that authorizes them, themselves included, walked in full.
fn chain(room: &TestRoom, starts: impl IntoIterator<Item = OwnedEventId>) -> BTreeSet<OwnedEventId> {
    let mut chain = BTreeSet::new();
    let mut stack: Vec<_> = starts.into_iter().collect();
    while let Some(id) = stack.pop() {
        if chain.insert(id.clone()) {
            stack.extend(room.get(&id).expect("an event of the room").auth_events().iter().cloned());
        }
    }
    chain
}

fn full_chains(room: &TestRoom, sets: &[StateMap<OwnedEventId>]) -> Vec<BTreeSet<OwnedEventId>> {
    sets.iter().map(|set| chain(room, set.values().cloned())).collect()
}

fn plain_subgraph(room: &TestRoom, conflicted: &BTreeSet<OwnedEventId>) -> BTreeSet<OwnedEventId> {
    let below = chain(room, conflicted.iter().cloned());
    below.into_iter().filter(|id| !chain(room, [id.clone()]).is_disjoint(conflicted)).collect()
}

/// ruma's resolution of whole states with whole auth chains.
fn plain_resolve(room: &TestRoom, sets: &[StateMap<OwnedEventId>]) -> StateMap<OwnedEventId> {
    let StateResolutionVersion::V2(v2_rules) = &room.rules().state_res else { panic!("version 1") };
    let chains = full_chains(room, sets).into_iter().map(|chain| chain.into_iter().collect()).collect();
    state_res::resolve(
        &room.rules().authorization,
        v2_rules,
        sets,
        chains,
        |id| room.get(id),
        |conflicted: &StateMap<Vec<OwnedEventId>>| {
            let conflicted = conflicted.values().flatten().cloned().collect();
            Some(plain_subgraph(room, &conflicted).into_iter().collect())
        },
    )
    .expect("all events are at hand")
}

/// The same events in another order, each after those it follows.
fn replay(room: &TestRoom, random: &mut Random) -> TestRoom {
    let mut waiting = room.events();
    random.shuffle(&mut waiting);
    let mut again = TestRoom::empty(room.version());
    while !waiting.is_empty() {
        let ready = |event: &Pdu| event.prev_events().iter().all(|id| again.get(id).is_some());
        let next = waiting.iter().position(ready).expect("a graph without circles");
        again.insert(waiting.swap_remove(next));
    }
    again
}

fn version() -> impl Strategy<Value = RoomVersionId> {
    prop::sample::select(RoomVersion::SUPPORTED)
}

fn later_version() -> impl Strategy<Value = RoomVersionId> {
    prop::sample::select(later_versions())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_order_of_arrival_gives_the_same_state(version in version(), seed: u64, length in 5_usize..50) {
        let room = random_room(&version, seed, length);
        let again = replay(&room, &mut Random::new(seed ^ 1));
        prop_assert_eq!(again.current_state(), room.current_state());
        for event in room.events() {
            prop_assert_eq!(again.state_after(event.event_id()), room.state_after(event.event_id()));
        }
    }

    #[test]
    fn the_order_of_the_states_does_not_matter(version in version(), seed: u64, length in 5_usize..50) {
        let room = random_room(&version, seed, length);
        let mut random = Random::new(seed);
        let mut sets = some_states(&room, &mut random);
        let first = resolve(room.rules(), &sets, &WithGenerations(&room));
        random.shuffle(&mut sets);
        prop_assert_eq!(&resolve(room.rules(), &sets, &|id: &EventId| room.get(id)), &first);
        sets.push(sets[0].clone());
        prop_assert_eq!(&resolve(room.rules(), &sets, &WithGenerations(&room)), &first);
    }

    #[test]
    fn one_state_resolves_to_itself(version in version(), seed: u64, length in 5_usize..30) {
        let room = random_room(&version, seed, length);
        let state = some_states(&room, &mut Random::new(seed)).remove(0);
        for count in 1..4 {
            let sets = vec![state.clone(); count];
            let resolved = resolve(room.rules(), &sets, &|id: &EventId| room.get(id));
            prop_assert_eq!(resolved.as_ref(), Ok(&state));
        }
    }

    #[test]
    fn the_short_way_resolves_as_the_long_one(version in later_version(), seed: u64, length in 5_usize..60) {
        let room = random_room(&version, seed, length);
        let sets = some_states(&room, &mut Random::new(seed));
        let expected = Ok(plain_resolve(&room, &sets));
        prop_assert_eq!(&resolve(room.rules(), &sets, &WithGenerations(&room)), &expected);
        prop_assert_eq!(&resolve(room.rules(), &sets, &|id: &EventId| room.get(id)), &expected);
    }

    #[test]
    fn the_short_walk_finds_the_whole_difference(version in later_version(), seed: u64, length in 5_usize..60) {
        let room = random_room(&version, seed, length);
        let sets = some_states(&room, &mut Random::new(seed));
        let chains = full_chains(&room, &sets);
        let all: BTreeSet<_> = chains.iter().flatten().cloned().collect();
        let (unconflicted, conflicted) = split(&sets);
        let entries = conflicted_events(&conflicted);
        let in_some_only = |id: &&OwnedEventId| !chains.iter().all(|chain| chain.contains(*id));
        let expected: BTreeSet<_> =
            all.iter().filter(in_some_only).filter(|id| !entries.contains(*id)).cloned().collect();

        let source = WithGenerations(&room);
        let graph = Graph::new(&source);
        prop_assert_eq!(&auth_difference(&conflicted, &unconflicted, &graph), &expected);
        prop_assert_eq!(conflicted_subgraph(&entries, &graph), plain_subgraph(&room, &entries));
    }
}

/// The properties above would hold of dull rooms too; this keeps the generator honest.
#[test]
fn random_rooms_do_fork_and_conflict() {
    let mut conflicts = 0;
    let mut differences = 0;
    for seed in 0..30 {
        let room = random_room(&RoomVersionId::V11, seed, 50);
        let sets = some_states(&room, &mut Random::new(seed));
        let (unconflicted, conflicted) = split(&sets);
        conflicts += usize::from(conflicted.iter().any(|own| !own.is_empty()));
        let source = WithGenerations(&room);
        let found = auth_difference(&conflicted, &unconflicted, &Graph::new(&source));
        differences += usize::from(!found.is_empty());
    }
    assert!(conflicts >= 20, "{conflicts} of 30 rooms had conflicts");
    assert!(differences >= 5, "{differences} of 30 rooms had an auth difference");
}

#[test]
fn generations_are_computed_as_they_are_kept() {
    let room = random_room(&RoomVersionId::V10, 7, 60);
    let closure = |id: &EventId| room.get(id);
    let graph = Graph::new(&closure);
    let computed: HashMap<_, _> = room
        .events()
        .iter()
        .map(|event| (event.event_id().to_owned(), graph.generation(event.event_id())))
        .collect();
    for event in room.events() {
        let own = computed[event.event_id()];
        assert!(event.auth_events().iter().all(|parent| computed[parent] < own));
        assert_eq!(own, room.generation(event.event_id()));
    }
}
