//! The state of a room as a persistent tree: a root names a whole state, a change writes one path, and two states
//! are compared only where they differ.
//!
//! The tree is radix-32 over mixed keys with leaves of up to 32 entries, and its form depends on the entries alone:
//! whatever the order of changes, equal states have equal roots.

use std::{collections::HashMap, sync::Arc};

use super::node::{LEAF_ENTRIES, Node, NodeHash, digit};
use crate::{
    RoomError,
    ids::{EventNum, StateKeyNum},
};

/// Names a whole state of a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct StateRoot(pub NodeHash);

impl StateRoot {
    /// The state before the first event.
    pub const EMPTY: Self = Self([0; 16]);

    /// Whether nothing is in it.
    pub fn is_empty(self) -> bool {
        self == Self::EMPTY
    }

    fn node(self) -> Option<NodeHash> {
        (!self.is_empty()).then_some(self.0)
    }
}

/// What one key holds in two states; the two differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct StateChange {
    /// Type and state key.
    pub key: StateKeyNum,
    /// In the first state.
    pub before: Option<EventNum>,
    /// In the second state.
    pub after: Option<EventNum>,
}

/// Where nodes come from.
pub(crate) trait NodeSource {
    fn node(&self, hash: NodeHash) -> Result<Arc<Node>, RoomError>;
}

/// Nodes made by changes and not handed to the store yet, over those that are there already.
pub(crate) struct NewNodes<S> {
    base: S,
    made: HashMap<NodeHash, (Arc<Node>, Vec<u8>)>,
}

impl<S: NodeSource> NewNodes<S> {
    pub(crate) fn new(base: S) -> Self {
        Self { base, made: HashMap::new() }
    }

    /// Hash, node and stored form of each.
    pub(crate) fn into_made(self) -> impl Iterator<Item = (NodeHash, Arc<Node>, Vec<u8>)> {
        self.made.into_iter().map(|(hash, (node, bytes))| (hash, node, bytes))
    }

    fn add(&mut self, node: Node) -> NodeHash {
        let bytes = node.encode();
        let hash = Node::hash(&bytes);
        self.made.entry(hash).or_insert_with(|| (Arc::new(node), bytes));
        hash
    }

    /// The state `root` with `changes` made to it; `None` removes a key. Each key may come once.
    pub(crate) fn update(
        &mut self,
        root: StateRoot,
        changes: &[(StateKeyNum, Option<EventNum>)],
    ) -> Result<StateRoot, RoomError> {
        let updated = self.update_node(root.node(), changes, 0)?;
        Ok(updated.map_or(StateRoot::EMPTY, StateRoot))
    }

    fn update_node(
        &mut self,
        hash: Option<NodeHash>,
        changes: &[(StateKeyNum, Option<EventNum>)],
        depth: u32,
    ) -> Result<Option<NodeHash>, RoomError> {
        if changes.is_empty() {
            return Ok(hash);
        }
        let node = hash.map(|hash| self.node(hash)).transpose()?;
        match node.as_deref() {
            None => self.build(merged(&[], changes), depth),
            Some(Node::Leaf(entries)) => self.build(merged(entries, changes), depth),
            Some(node @ Node::Inner { .. }) => self.update_inner(node, changes, depth),
        }
    }

    fn update_inner(
        &mut self,
        node: &Node,
        changes: &[(StateKeyNum, Option<EventNum>)],
        depth: u32,
    ) -> Result<Option<NodeHash>, RoomError> {
        let mut by_digit: [Vec<(StateKeyNum, Option<EventNum>)>; 32] = Default::default();
        for change in changes {
            by_digit[digit(change.0, depth) as usize].push(*change);
        }
        let mut len = node.len();
        let mut children = Vec::with_capacity(32);
        let mut bitmap = 0_u32;
        for (at, changes) in (0_u32..).zip(&by_digit) {
            let old = node.child(at);
            let new = self.update_node(old, changes, depth + 1)?;
            if new != old {
                len = len + self.len_of(new)? - self.len_of(old)?;
            }
            if let Some(new) = new {
                bitmap |= 1 << at;
                children.push(new);
            }
        }
        if len <= LEAF_ENTRIES {
            let mut entries = Vec::with_capacity(len);
            for child in children {
                collect(self, child, &mut entries)?;
            }
            return self.build(entries, depth);
        }
        let node = Node::Inner { len: len as u64, bitmap, children: children.into() };
        Ok(Some(self.add(node)))
    }

    /// The node for exactly these entries.
    fn build(
        &mut self,
        mut entries: Vec<(StateKeyNum, EventNum)>,
        depth: u32,
    ) -> Result<Option<NodeHash>, RoomError> {
        if entries.is_empty() {
            return Ok(None);
        }
        if entries.len() <= LEAF_ENTRIES {
            entries.sort_unstable();
            return Ok(Some(self.add(Node::Leaf(entries.into()))));
        }
        let len = entries.len() as u64;
        let mut by_digit: [Vec<(StateKeyNum, EventNum)>; 32] = Default::default();
        for entry in entries {
            by_digit[digit(entry.0, depth) as usize].push(entry);
        }
        let mut bitmap = 0_u32;
        let mut children = Vec::with_capacity(32);
        for (at, entries) in (0_u32..).zip(by_digit) {
            if let Some(child) = self.build(entries, depth + 1)? {
                bitmap |= 1 << at;
                children.push(child);
            }
        }
        Ok(Some(self.add(Node::Inner { len, bitmap, children: children.into() })))
    }

    fn len_of(&self, hash: Option<NodeHash>) -> Result<usize, RoomError> {
        hash.map_or(Ok(0), |hash| Ok(self.node(hash)?.len()))
    }
}

impl<S: NodeSource> NodeSource for NewNodes<S> {
    fn node(&self, hash: NodeHash) -> Result<Arc<Node>, RoomError> {
        match self.made.get(&hash) {
            Some((node, _)) => Ok(node.clone()),
            None => self.base.node(hash),
        }
    }
}

/// `entries` with `changes` made to them, in no particular order.
fn merged(
    entries: &[(StateKeyNum, EventNum)],
    changes: &[(StateKeyNum, Option<EventNum>)],
) -> Vec<(StateKeyNum, EventNum)> {
    let kept = entries.iter().filter(|(key, _)| !changes.iter().any(|(changed, _)| changed == key)).copied();
    kept.chain(changes.iter().filter_map(|(key, event)| Some((*key, (*event)?)))).collect()
}

/// What `key` holds in the state `root`.
pub(crate) fn get(
    nodes: &dyn NodeSource,
    root: StateRoot,
    key: StateKeyNum,
) -> Result<Option<EventNum>, RoomError> {
    let mut next = root.node();
    let mut depth = 0;
    while let Some(hash) = next {
        let node = nodes.node(hash)?;
        if let Node::Leaf(entries) = &*node {
            let found = entries.binary_search_by_key(&key, |entry| entry.0).ok();
            return Ok(found.and_then(|at| entries.get(at)).map(|entry| entry.1));
        }
        next = node.child(digit(key, depth));
        depth += 1;
    }
    Ok(None)
}

/// All of the state `root`, sorted by key.
pub(crate) fn entries(
    nodes: &dyn NodeSource,
    root: StateRoot,
) -> Result<Vec<(StateKeyNum, EventNum)>, RoomError> {
    let mut entries = Vec::new();
    if let Some(hash) = root.node() {
        collect(nodes, hash, &mut entries)?;
    }
    entries.sort_unstable();
    Ok(entries)
}

/// How many entries the state `root` has.
pub(crate) fn len(nodes: &dyn NodeSource, root: StateRoot) -> Result<usize, RoomError> {
    root.node().map_or(Ok(0), |hash| Ok(nodes.node(hash)?.len()))
}

fn collect(
    nodes: &dyn NodeSource,
    hash: NodeHash,
    into: &mut Vec<(StateKeyNum, EventNum)>,
) -> Result<(), RoomError> {
    match &*nodes.node(hash)? {
        Node::Leaf(entries) => into.extend_from_slice(entries),
        Node::Inner { children, .. } => {
            for child in children {
                collect(nodes, *child, into)?;
            }
        }
    }
    Ok(())
}

/// Where the states `a` and `b` differ, sorted by key. Reads only nodes that differ.
pub(crate) fn diff(
    nodes: &dyn NodeSource,
    a: StateRoot,
    b: StateRoot,
) -> Result<Vec<StateChange>, RoomError> {
    let mut changes = Vec::new();
    diff_nodes(nodes, a.node(), b.node(), &mut changes)?;
    changes.sort_unstable();
    Ok(changes)
}

fn diff_nodes(
    nodes: &dyn NodeSource,
    a: Option<NodeHash>,
    b: Option<NodeHash>,
    into: &mut Vec<StateChange>,
) -> Result<(), RoomError> {
    if a == b {
        return Ok(());
    }
    let node = |hash: Option<NodeHash>| hash.map(|hash| nodes.node(hash)).transpose();
    let (node_a, node_b) = (node(a)?, node(b)?);
    if let (Some(Node::Inner { .. }), Some(Node::Inner { .. })) = (node_a.as_deref(), node_b.as_deref()) {
        for at in 0..32 {
            let child = |node: &Option<Arc<Node>>| node.as_ref().and_then(|node| node.child(at));
            diff_nodes(nodes, child(&node_a), child(&node_b), into)?;
        }
        return Ok(());
    }
    let sorted = |hash: Option<NodeHash>| entries(nodes, hash.map_or(StateRoot::EMPTY, StateRoot));
    diff_entries(&sorted(a)?, &sorted(b)?, into);
    Ok(())
}

/// Where two sorted lists differ.
fn diff_entries(
    mut a: &[(StateKeyNum, EventNum)],
    mut b: &[(StateKeyNum, EventNum)],
    into: &mut Vec<StateChange>,
) {
    loop {
        let key = match (a.first(), b.first()) {
            (None, None) => return,
            (Some(entry), None) | (None, Some(entry)) => entry.0,
            (Some(first), Some(second)) => first.0.min(second.0),
        };
        let take = |list: &mut &[(StateKeyNum, EventNum)]| {
            let (first, rest) = list.split_first().filter(|(first, _)| first.0 == key)?;
            *list = rest;
            Some(first.1)
        };
        let (before, after) = (take(&mut a), take(&mut b));
        if before != after {
            into.push(StateChange { key, before, after });
        }
    }
}

#[cfg(test)]
mod tests;
