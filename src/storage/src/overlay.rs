//! What is queued and not yet on disk, so that the write path can build on its own last commit without waiting for the fsync.
//!
//! An entry appears when its commit takes its place in the queue and goes after its group is in the database, never before: a reader that looks here first
//! and then on disk misses nothing.

use crate::{
    key::KeyBuf,
    ops::{Operation, Operations},
};
use bytes::Bytes;
use parking_lot::RwLock;
use std::{collections::BTreeMap, ops::Bound};

/// What the queue knows about a key.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Pending {
    /// Will hold this.
    Put(Bytes),
    /// Will be gone.
    Deleted,
}

#[derive(Debug)]
struct Row {
    sequence: u64,
    value: Option<Bytes>,
}

#[derive(Debug)]
struct Range {
    sequence: u64,
    from: Bytes,
    to: Option<Bytes>,
}

impl Range {
    fn covers(&self, key: &[u8]) -> bool {
        key >= &self.from[..] && self.to.as_ref().is_none_or(|to| key < &to[..])
    }
}

#[derive(Debug, Default)]
struct TableOverlay {
    rows: BTreeMap<Bytes, Row>,
    ranges: Vec<Range>,
}

impl TableOverlay {
    /// When `key` was last deleted by a range; sequence numbers start at 1.
    fn erased(&self, key: &[u8]) -> u64 {
        self.ranges.iter().filter(|range| range.covers(key)).map(|range| range.sequence).max().unwrap_or(0)
    }

    fn pending(&self, key: &[u8]) -> Option<Pending> {
        let erased = self.erased(key);
        match self.rows.get(key) {
            Some(row) if row.sequence > erased => {
                Some(row.value.clone().map_or(Pending::Deleted, Pending::Put))
            }
            None if erased == 0 => None,
            _ => Some(Pending::Deleted),
        }
    }
}

/// Pending operations by table. Sequence numbers count operations; the queue hands them out in order.
#[derive(Debug, Default)]
pub(crate) struct Overlay {
    tables: RwLock<BTreeMap<u16, TableOverlay>>,
}

impl Overlay {
    /// Shows `operations`, the first of which has number `sequence`.
    pub(crate) fn add(&self, sequence: u64, operations: &Operations) {
        if operations.is_empty() {
            return;
        }
        let mut tables = self.tables.write();
        for (sequence, operation) in (sequence..).zip(operations.iter()) {
            let table = tables.entry(operation.table()).or_default();
            match operation {
                Operation::Put { key, value, .. } => {
                    drop(table.rows.insert(key, Row { sequence, value: Some(value) }));
                }
                Operation::Delete { key, .. } => drop(table.rows.insert(key, Row { sequence, value: None })),
                Operation::DeleteRange { from, to, .. } => table.ranges.push(Range { sequence, from, to }),
            }
        }
    }

    /// Hides what [`Overlay::add`] showed, except what newer operations replaced.
    pub(crate) fn remove(&self, sequence: u64, operations: &Operations) {
        if operations.is_empty() {
            return;
        }
        let mut tables = self.tables.write();
        for (sequence, operation) in (sequence..).zip(operations.iter()) {
            let Some(table) = tables.get_mut(&operation.table()) else { continue };
            match operation {
                Operation::Put { key, .. } | Operation::Delete { key, .. } => {
                    if table.rows.get(&key).is_some_and(|row| row.sequence == sequence) {
                        table.rows.remove(&key);
                    }
                }
                Operation::DeleteRange { .. } => table.ranges.retain(|range| range.sequence != sequence),
            }
        }
    }

    /// Forgets everything: it will never be written.
    pub(crate) fn clear(&self) {
        self.tables.write().clear();
    }

    /// What the queue knows about a key; `None` sends the reader to the disk.
    pub(crate) fn get(&self, table: u16, key: &[u8]) -> Option<Pending> {
        self.tables.read().get(&table)?.pending(key)
    }

    /// The pending rows within `[from, to)`, and a copy of the pending range deletes to hold against rows on disk.
    pub(crate) fn range(&self, table: u16, from: &[u8], to: Option<&[u8]>) -> PendingRange {
        let tables = self.tables.read();
        let Some(table) = tables.get(&table) else { return PendingRange::default() };
        let upper = to.map_or(Bound::Unbounded, Bound::Excluded);
        // A range that ends before it begins holds nothing, where the map would panic.
        let rows = if to.is_some_and(|to| to <= from) {
            BTreeMap::new()
        } else {
            table
                .rows
                .range::<[u8], _>((Bound::Included(from), upper))
                .filter_map(|(key, _)| Some((KeyBuf::from_slice(key), table.pending(key)?)))
                .collect()
        };
        let erased = table.ranges.iter().map(|range| (range.from.clone(), range.to.clone())).collect();
        PendingRange { rows, erased }
    }
}

/// See [`Overlay::range`].
#[derive(Debug, Default)]
pub(crate) struct PendingRange {
    pub(crate) rows: BTreeMap<KeyBuf, Pending>,
    erased: Vec<(Bytes, Option<Bytes>)>,
}

impl PendingRange {
    /// Whether a row on disk, not pending itself, is about to go.
    pub(crate) fn erases(&self, key: &[u8]) -> bool {
        self.erased.iter().any(|(from, to)| key >= &from[..] && to.as_ref().is_none_or(|to| key < &to[..]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ops::Ops, table::Table};

    const TABLE: Table<u64, u64> = Table::new(5);

    fn ops(fill: impl FnOnce(&mut Ops)) -> Operations {
        let mut ops = Ops::default();
        fill(&mut ops);
        ops.freeze()
    }

    fn value(overlay: &Overlay, key: u64) -> Option<Pending> {
        overlay.get(5, &key.to_be_bytes())
    }

    fn put(value: u64) -> Pending {
        Pending::Put(Bytes::copy_from_slice(&value.to_be_bytes()))
    }

    #[test]
    fn the_newest_operation_shows_until_its_own_group_is_written() {
        let overlay = Overlay::default();
        let (first, second) = (ops(|o| o.put(TABLE, &1, &10)), ops(|o| o.put(TABLE, &1, &11)));
        overlay.add(1, &first);
        overlay.add(2, &second);
        overlay.remove(1, &first);
        assert_eq!(value(&overlay, 1), Some(put(11)));
        overlay.remove(2, &second);
        assert_eq!(value(&overlay, 1), None);
    }

    #[test]
    fn range_deletes_hide_what_came_before_them_only() {
        let overlay = Overlay::default();
        let purge = ops(|o| {
            o.put(TABLE, &1, &10);
            o.delete_range(TABLE, 0..5);
            o.put(TABLE, &2, &20);
        });
        overlay.add(1, &purge);
        assert_eq!(value(&overlay, 1), Some(Pending::Deleted));
        assert_eq!(value(&overlay, 2), Some(put(20)));
        assert_eq!(value(&overlay, 3), Some(Pending::Deleted));
        assert_eq!(value(&overlay, 5), None);
        overlay.remove(1, &purge);
        assert_eq!(value(&overlay, 3), None);
    }
}
