//! Random commits against a model in memory: what is read is what was written, from the queue, from disk, and on a replica.

use crate::common::{JOURNAL, NUMBERS, TEXTS, contents, folder, open};
use bytes::Bytes;
use proptest::prelude::*;
use std::{
    collections::BTreeMap,
    ops::Bound,
    sync::{Arc, Mutex},
};
use storage::{Commit, Durability, Position, Store, StrPrefix};

#[derive(Clone, Debug)]
enum Step {
    Put(u64, u64),
    Delete(u64),
    DeleteRange(u64, u64),
    PutText(u64, String, Vec<u8>),
    DeleteTexts(u64),
}

#[derive(Clone, Debug)]
struct Change {
    sync: bool,
    positions: u32,
    journal: bool,
    steps: Vec<Step>,
}

fn step() -> impl Strategy<Value = Step> {
    let key = || 0..12u64;
    prop_oneof![
        4 => (key(), any::<u64>()).prop_map(|(key, value)| Step::Put(key, value)),
        2 => key().prop_map(Step::Delete),
        1 => (key(), key()).prop_map(|(from, to)| Step::DeleteRange(from, to)),
        3 => (0..4u64, "[\u{0}\u{1}ab]{0,2}", proptest::collection::vec(any::<u8>(), 0..40))
            .prop_map(|(room, key, value)| Step::PutText(room, key, value)),
        1 => (0..4u64).prop_map(Step::DeleteTexts),
    ]
}

fn change() -> impl Strategy<Value = Change> {
    (any::<bool>(), 0..4u32, any::<bool>(), proptest::collection::vec(step(), 0..6))
        .prop_map(|(sync, positions, journal, steps)| Change { sync, positions, journal, steps })
}

#[derive(Default)]
struct Model {
    numbers: BTreeMap<u64, u64>,
    texts: BTreeMap<(u64, String), Bytes>,
    journal: BTreeMap<Position, Bytes>,
}

impl Model {
    /// The same change to the model and to the commit.
    fn apply(&mut self, step: &Step, commit: &mut Commit) {
        match step {
            Step::Put(key, value) => {
                self.numbers.insert(*key, *value);
                commit.put(NUMBERS, key, value);
            }
            Step::Delete(key) => {
                self.numbers.remove(key);
                commit.delete(NUMBERS, key);
            }
            Step::DeleteRange(from, to) => {
                self.numbers.retain(|key, _| !(*from..*to).contains(key));
                commit.delete_range(NUMBERS, *from..*to);
            }
            Step::PutText(room, key, value) => {
                let (key, value) = ((*room, key.clone()), Bytes::from(value.clone()));
                commit.put(TEXTS, &key, &value);
                self.texts.insert(key, value);
            }
            Step::DeleteTexts(room) => {
                self.texts.retain(|(at, _), _| at != room);
                commit.delete_prefix(TEXTS, room);
            }
        }
    }

    fn submit(&mut self, store: &Store, change: &Change) -> storage::Ticket {
        let durability = if change.sync { Durability::Sync } else { Durability::Lazy };
        let mut commit = Commit::new(durability).positions(change.positions);
        for step in &change.steps {
            self.apply(step, &mut commit);
        }
        if change.journal {
            commit.with_position(|first, ops| ops.put(JOURNAL, &first, &Bytes::from_static(b"x")));
        }
        let ticket = store.submit(commit).expect("open");
        if change.journal {
            self.journal.insert(ticket.position().max(ticket.first()), Bytes::from_static(b"x"));
            if change.positions > 1 {
                // The row stands at the first position.
                self.journal.remove(&ticket.position());
                self.journal.insert(ticket.first(), Bytes::from_static(b"x"));
            }
        }
        ticket
    }

    fn check_latest(&self, store: &Store) {
        for key in 0..12 {
            assert_eq!(store.latest(NUMBERS, &key), Ok(self.numbers.get(&key).copied()));
        }
        let keys: Vec<_> = (0..12).rev().collect();
        let rows = keys.iter().map(|key| self.numbers.get(key).copied()).collect();
        assert_eq!(store.latest_many(NUMBERS, &keys), Ok(rows));
        for room in 0..4 {
            let rows: Vec<_> = self
                .texts
                .range((room, String::new())..(room + 1, String::new()))
                .map(|(k, v)| (k.clone(), v.clone()))
                .collect();
            assert_eq!(store.latest_prefix(TEXTS, &room), Ok(rows.clone()));
            let below: Vec<_> = rows.into_iter().filter(|(key, _)| *key.1 < *"b").collect();
            let range = (room, String::new())..(room, "b".to_owned());
            assert_eq!(store.latest_back(TEXTS, range), Ok(below.last().cloned()));
        }
    }

    fn check_disk(&self, store: &Store) {
        let (numbers, texts, journal) = contents(store);
        assert_eq!(numbers, self.numbers.clone().into_iter().collect::<Vec<_>>());
        assert_eq!(texts, self.texts.clone().into_iter().collect::<Vec<_>>());
        assert_eq!(journal, self.journal.clone().into_iter().collect::<Vec<_>>());
        let keys: Vec<u64> = (0..12).collect();
        assert_eq!(
            store.multi_get(NUMBERS, &keys),
            Ok(keys.iter().map(|key| self.numbers.get(key).copied()).collect())
        );
        let bounds = [
            (Bound::Excluded(2), Bound::Included(7)),
            (Bound::Included(3), Bound::Excluded(9)),
            (Bound::Included(8), Bound::Included(3)),
        ];
        for bounds in bounds {
            let mut expected: Vec<_> = self
                .numbers
                .iter()
                .filter(|(key, _)| std::ops::RangeBounds::contains(&bounds, *key))
                .map(|(k, v)| (*k, *v))
                .collect();
            assert_eq!(store.scan(NUMBERS, bounds).collect::<Result<Vec<_>, _>>().as_ref(), Ok(&expected));
            expected.reverse();
            assert_eq!(store.scan_back(NUMBERS, bounds).collect::<Result<Vec<_>, _>>(), Ok(expected));
        }
        let expected: Vec<_> = self
            .texts
            .iter()
            .filter(|((room, key), _)| *room == 1 && key.starts_with('a'))
            .map(|(k, v)| (k.clone(), v.clone()))
            .collect();
        let found: Result<Vec<_>, _> = store.scan_prefix(TEXTS, &(1u64, StrPrefix("a"))).collect();
        assert_eq!(found, Ok(expected));
        for (key, _) in &texts {
            assert_eq!(store.contains(TEXTS, key), Ok(true));
        }
    }
}

/// Holds the commit thread in its observer, so that what follows stays in the queue.
struct Gate(Arc<Mutex<()>>);

impl Gate {
    fn on(store: &Store) -> Self {
        let gate = Arc::<Mutex<()>>::default();
        let held = Arc::clone(&gate);
        store.observe(move |_| drop(held.lock()));
        Self(gate)
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_is_read_is_what_was_written(changes in proptest::collection::vec(change(), 1..30)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (here, there) = (folder(), folder());
        let store = open(&here);
        let mut groups = store.groups();
        let gate = Gate::on(&store);
        let mut model = Model::default();
        let closed = gate.0.lock().unwrap();
        let tickets: Vec<_> = changes.iter().map(|change| {
            let ticket = model.submit(&store, change);
            model.check_latest(&store);
            ticket
        }).collect();
        drop(closed);
        for ticket in tickets {
            runtime.block_on(ticket).expect("written");
        }
        model.check_latest(&store);
        model.check_disk(&store);

        let replica = open(&there);
        while let Some(group) = groups.try_next() {
            let group = group.expect("in time");
            let position = replica.apply(&group).expect("in order");
            prop_assert_eq!(replica.apply(&group), Ok(position), "a second time changes nothing");
        }
        prop_assert_eq!(replica.visible(), store.visible());
        model.check_disk(&replica);

        drop(store);
        model.check_disk(&open(&here));
    }
}
