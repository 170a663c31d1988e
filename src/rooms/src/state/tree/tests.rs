use std::collections::BTreeMap;

use proptest::{collection::vec, prelude::*};

use super::*;

/// Knows no nodes: all that a test makes stay in its [`NewNodes`].
struct Nothing;

impl NodeSource for Nothing {
    fn node(&self, _: NodeHash) -> Result<Arc<Node>, RoomError> {
        Err(RoomError::Damaged("no such node"))
    }
}

type Map = BTreeMap<StateKeyNum, EventNum>;

fn change(map: &mut Map, changes: &[(StateKeyNum, Option<EventNum>)]) {
    for (key, event) in changes {
        match event {
            Some(event) => map.insert(*key, *event),
            None => map.remove(key),
        };
    }
}

fn changes(keys: u64) -> impl Strategy<Value = Vec<(StateKeyNum, Option<EventNum>)>> {
    let one = (0..keys, prop::option::weighted(0.8, 0..50_u64));
    vec(one, 0..400).prop_map(|list| {
        list.into_iter().map(|(key, event)| (StateKeyNum(key), event.map(EventNum))).collect()
    })
}

fn all(map: &Map) -> Vec<(StateKeyNum, Option<EventNum>)> {
    map.iter().map(|(key, event)| (*key, Some(*event))).collect()
}

proptest! {
    #[test]
    fn reads_like_a_map_whatever_was_done(list in changes(300)) {
        let mut nodes = NewNodes::new(Nothing);
        let (mut root, mut map) = (StateRoot::EMPTY, Map::new());
        for one in &list {
            root = nodes.update(root, &[*one]).unwrap();
            change(&mut map, &[*one]);
        }
        let expected: Vec<_> = map.iter().map(|(key, event)| (*key, *event)).collect();
        prop_assert_eq!(entries(&nodes, root).unwrap(), expected);
        prop_assert_eq!(len(&nodes, root).unwrap(), map.len());
        for key in (0..300).map(StateKeyNum) {
            prop_assert_eq!(get(&nodes, root, key).unwrap(), map.get(&key).copied());
        }
        // The history leaves no trace: the same entries put in at once have the same root.
        let at_once = nodes.update(StateRoot::EMPTY, &all(&map)).unwrap();
        prop_assert_eq!(at_once, root);
        let mut reversed = all(&map);
        reversed.reverse();
        let one_by_one = reversed.iter().try_fold(StateRoot::EMPTY, |root, one| nodes.update(root, &[*one]));
        prop_assert_eq!(one_by_one.unwrap(), root);
    }

    #[test]
    fn diff_is_the_difference_of_the_maps(first in changes(200), second in changes(200), apart in any::<bool>()) {
        let mut nodes = NewNodes::new(Nothing);
        let (mut a, mut b) = (Map::new(), Map::new());
        change(&mut a, &first);
        // Either a state that grew out of the first, or one that has nothing to do with it.
        if !apart {
            b.clone_from(&a);
        }
        change(&mut b, &second[..second.len().min(if apart { 400 } else { 10 })]);
        let root_a = nodes.update(StateRoot::EMPTY, &all(&a)).unwrap();
        let root_b = nodes.update(StateRoot::EMPTY, &all(&b)).unwrap();
        let expected: Vec<_> = (0..200)
            .map(StateKeyNum)
            .map(|key| StateChange { key, before: a.get(&key).copied(), after: b.get(&key).copied() })
            .filter(|change| change.before != change.after)
            .collect();
        prop_assert_eq!(diff(&nodes, root_a, root_b).unwrap(), expected);
    }

    #[test]
    fn stored_nodes_read_back(list in changes(100)) {
        let mut nodes = NewNodes::new(Nothing);
        let mut map = Map::new();
        change(&mut map, &list);
        nodes.update(StateRoot::EMPTY, &all(&map)).unwrap();
        for (hash, node, bytes) in nodes.into_made() {
            prop_assert_eq!(Node::hash(&bytes), hash);
            let decoded = Node::decode(&bytes);
            prop_assert_eq!(decoded.as_ref(), Some(&*node));
            prop_assert_eq!(Node::decode(&bytes[..bytes.len() - 1]), None);
        }
    }
}

#[test]
fn a_change_writes_one_path() {
    let mut nodes = NewNodes::new(Nothing);
    let many: Vec<_> = (0..20_000).map(|key| (StateKeyNum(key), Some(EventNum(key)))).collect();
    let root = nodes.update(StateRoot::EMPTY, &many).unwrap();
    let before = nodes.made.len();
    nodes.update(root, &[(StateKeyNum(7), Some(EventNum(99_999)))]).unwrap();
    assert!(nodes.made.len() - before <= 4, "{} new nodes", nodes.made.len() - before);
}
