//! Pages of the events that relate to one (client-server API, "Relationships API").

use super::RelType;
use crate::{Direction, EventNum, RoomError, RoomRef, Rooms, StoredEvent, UserNum, visibility::Viewer};
use events::relation::Relation;
use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};
use storage::tables;

/// How far relations of relations are followed.
const MAX_DEPTH: u64 = 3;
/// The most events that a request looks at when it follows relations of relations.
const MAX_FOLLOWED: usize = 10_000;

/// What to list.
#[derive(Clone, Debug)]
pub struct RelationQuery<'a> {
    /// Only relations of this type.
    pub rel_type: Option<&'a str>,
    /// Only events of this type.
    pub event_type: Option<&'a str>,
    /// Which way to read.
    pub direction: Direction,
    /// Where to begin, as an order of the timeline; it counts as after the event of that order.
    pub from: Option<i64>,
    /// Where to end.
    pub to: Option<i64>,
    /// The most events.
    pub limit: usize,
    /// Whether relations of relations count too.
    pub recurse: bool,
}

/// A page of related events.
#[derive(Clone, Debug, Default)]
pub struct RelationPage {
    /// The events, in the direction asked for.
    pub events: Vec<Arc<StoredEvent>>,
    /// Where the next page begins, if there is one.
    pub next: Option<i64>,
    /// How far relations of relations were followed, if they were to be.
    pub depth: Option<u64>,
}

impl Rooms {
    /// The events that relate to `target`, as far as `viewer` may see them. That they may see `target` is the caller's to
    /// know.
    pub fn relations(
        &self,
        room: &RoomRef,
        viewer: UserNum,
        target: &StoredEvent,
        query: &RelationQuery<'_>,
    ) -> Result<RelationPage, RoomError> {
        let (found, depth) = self.related(target.num, query)?;
        let mut sight = self.sight(room, Viewer::user(viewer));
        let mut page = RelationPage { depth: query.recurse.then_some(depth), ..RelationPage::default() };
        let mut last = None;
        for (order, event) in in_range(&found, query) {
            let Some(event) = self.event(event)? else { continue };
            if event.meta.room != room.num || !wanted(&event, query) || !sight.of(&event)?.visible {
                continue;
            }
            if page.events.len() == query.limit {
                page.next = last;
                break;
            }
            page.events.push(event);
            // Backward, a position counts as after its event: the next page begins below this one.
            last = Some(if query.direction == Direction::Backward { order.saturating_sub(1) } else { order });
        }
        Ok(page)
    }

    /// All related events by their order, and how many steps away the farthest is.
    fn related(
        &self,
        target: EventNum,
        query: &RelationQuery<'_>,
    ) -> Result<(BTreeMap<i64, EventNum>, u64), RoomError> {
        let mut found = BTreeMap::new();
        let mut seen = HashSet::from([target]);
        let mut level = vec![target];
        let mut depth = 0;
        let steps = if query.recurse { MAX_DEPTH } else { 1 };
        while depth < steps && !level.is_empty() {
            let mut next = Vec::new();
            for parent in level {
                for (order, child) in self.rows_of(parent, query.rel_type)? {
                    if found.len() < MAX_FOLLOWED && seen.insert(child) {
                        found.insert(order, child);
                        next.push(child);
                    }
                }
            }
            if next.is_empty() {
                break;
            }
            depth += 1;
            level = next;
        }
        Ok((found, depth))
    }

    fn rows_of(&self, parent: EventNum, rel_type: Option<&str>) -> Result<Vec<(i64, EventNum)>, RoomError> {
        let store = &self.inner.store;
        let rows = match rel_type {
            Some(rel_type) => {
                store.scan_prefix(tables::RELATIONS, &(parent.0, RelType::of(rel_type).number()))
            }
            None => store.scan_prefix(tables::RELATIONS, &(parent.0,)),
        };
        rows.map(|row| row.map(|((_, _, order), event)| (order, EventNum(event))).map_err(RoomError::from))
            .collect()
    }
}

fn in_range<'a>(
    found: &'a BTreeMap<i64, EventNum>,
    query: &RelationQuery<'_>,
) -> Box<dyn Iterator<Item = (i64, EventNum)> + 'a> {
    let (from, to) = (query.from, query.to);
    let entries = found.iter().map(|(order, event)| (*order, *event));
    match query.direction {
        Direction::Backward => Box::new(entries.rev().filter(move |(order, _)| {
            from.is_none_or(|from| *order <= from) && to.is_none_or(|to| *order > to)
        })),
        Direction::Forward => Box::new(entries.filter(move |(order, _)| {
            from.is_none_or(|from| *order > from) && to.is_none_or(|to| *order <= to)
        })),
    }
}

fn wanted(event: &StoredEvent, query: &RelationQuery<'_>) -> bool {
    if query.event_type.is_some_and(|kind| event.pdu.kind().to_string() != kind) {
        return false;
    }
    // One number stands for all types that are not built in, so the event itself says.
    query.rel_type.is_none_or(|rel_type| {
        Relation::of(event.pdu.content_json())
            .is_some_and(|relation| relation.rel_type.as_deref() == Some(rel_type))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn orders(direction: Direction, from: Option<i64>, to: Option<i64>) -> Vec<i64> {
        let found = (-2..4).map(|order| (order, EventNum(1))).collect();
        let query =
            RelationQuery { rel_type: None, event_type: None, direction, from, to, limit: 9, recurse: false };
        in_range(&found, &query).map(|(order, _)| order).collect()
    }

    #[test]
    fn tokens_lie_after_their_event() {
        assert_eq!(orders(Direction::Backward, None, None), [3, 2, 1, 0, -1, -2]);
        assert_eq!(orders(Direction::Backward, Some(1), Some(-1)), [1, 0]);
        assert_eq!(orders(Direction::Forward, Some(1), None), [2, 3]);
        assert_eq!(orders(Direction::Forward, None, Some(-1)), [-2, -1]);
    }
}
