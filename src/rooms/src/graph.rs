//! The graph of a room as other servers ask for it: its ends, its holes, what came before an event.

use crate::{EventMeta, EventNum, RoomError, RoomNum, RoomRef, Rooms, StoredEvent, engine::HeadRecord};
use ruma::{EventId, OwnedEventId};
use std::{
    collections::{BinaryHeap, HashSet},
    sync::Arc,
};
use storage::tables;

/// A walk from events back to what came before them.
#[derive(Debug, Clone, Copy)]
pub struct WalkBack<'a> {
    /// Where it begins; what is not known is left out.
    pub from: &'a [OwnedEventId],
    /// Whether the events that it begins at are part of it.
    pub with_from: bool,
    /// Where it turns around: neither these nor what is before them.
    pub until: &'a [OwnedEventId],
    /// Events of a lesser depth are left out.
    pub min_depth: u64,
    /// The most events.
    pub limit: usize,
}

/// Events passed in a walk for each that it may find: rejected ones are passed only.
const PASSED_PER_EVENT: usize = 10;

impl Rooms {
    /// The events of a room that no other follows yet, those that new events are put after.
    pub fn forward_extremities(&self, room: RoomNum) -> Result<Vec<OwnedEventId>, RoomError> {
        let head = self.inner.store.latest_record::<HeadRecord, _>(tables::EXTREMITIES, &room.0)?;
        let ends = head.map(|head| head.extremities()).unwrap_or_default();
        ends.into_iter().map(|num| Ok(self.known_event(num)?.event_id().to_owned())).collect()
    }

    /// Up to `limit` events that stored events of the room follow and that are not here.
    pub fn gaps(&self, room: RoomNum, limit: usize) -> Result<Vec<OwnedEventId>, RoomError> {
        let rows = self.inner.store.scan_prefix(tables::BACKWARD, &room.0).take(limit);
        rows.map(|row| {
            let ((_, id), ()) = row?;
            EventId::parse(id).map_err(|_| RoomError::Damaged("a gap with a name that is no event id"))
        })
        .collect()
    }

    /// The events of a walk back, the latest (by depth) first. Rejected events are passed and not shown.
    pub fn walk_back(&self, room: &RoomRef, walk: &WalkBack<'_>) -> Result<Vec<Arc<StoredEvent>>, RoomError> {
        let mut seen: HashSet<EventNum> = HashSet::new();
        for id in walk.until {
            seen.extend(self.ids().find_event(id)?);
        }
        let mut next = BinaryHeap::new();
        for id in walk.from {
            let Some(num) = self.ids().find_event(id)? else { continue };
            let Some(meta) = self.in_graph(room, num)? else { continue };
            if walk.with_from {
                if seen.insert(num) {
                    next.push((meta.depth, num));
                }
                continue;
            }
            seen.insert(num);
            self.step_back(room, &meta, &mut seen, &mut next)?;
        }
        let mut found = Vec::new();
        let mut passed = 0;
        while let Some((depth, num)) = next.pop() {
            if found.len() == walk.limit || passed == walk.limit * PASSED_PER_EVENT || depth < walk.min_depth
            {
                break;
            }
            passed += 1;
            let event = self.known_event(num)?;
            self.step_back(room, &event.meta, &mut seen, &mut next)?;
            if !event.meta.flags.rejected {
                found.push(event);
            }
        }
        Ok(found)
    }

    fn step_back(
        &self,
        room: &RoomRef,
        meta: &EventMeta,
        seen: &mut HashSet<EventNum>,
        next: &mut BinaryHeap<(u64, EventNum)>,
    ) -> Result<(), RoomError> {
        for num in &meta.prev {
            if seen.insert(*num)
                && let Some(meta) = self.in_graph(room, *num)?
            {
                next.push((meta.depth, *num));
            }
        }
        Ok(())
    }

    /// What is known about an event that has its place in the graph of this room.
    fn in_graph(&self, room: &RoomRef, num: EventNum) -> Result<Option<EventMeta>, RoomError> {
        let meta = self.inner.events.meta(num)?;
        Ok(meta.filter(|meta| meta.room == room.num && !meta.flags.outlier))
    }
}
