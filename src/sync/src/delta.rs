//! What happened in a room on a stretch of the log: the same for all its members, computed once and shared.

use crate::{EventFilter, Inner, SyncError, joined::Reading, timeline::Shared};
use quick_cache::{Weighter, sync::Cache};
use rooms::{Direction, EventNum, Receipts, RoomNum, StateRoot, StoredEvent, order_of};
use std::sync::Arc;
use storage::Position;

/// How many events are read in search of those that a filter takes, for each one wanted.
const SEARCH_FACTOR: usize = 20;

/// How many times as many events a client gets of a room that it follows as of one that it has not seen.
const FOLLOWED: usize = 5;

/// A stretch of one room's log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Stretch {
    pub(crate) room: RoomNum,
    /// What the client knows already; 0 for nothing.
    pub(crate) after: Position,
    /// The last position that belongs to the stretch.
    pub(crate) upto: Position,
    /// How many timeline events at the most.
    pub(crate) limit: usize,
}

/// What happened on it.
#[derive(Debug)]
pub(crate) struct Delta {
    /// The newest events, from older to newer, with their orders.
    pub(crate) timeline: Vec<(i64, Arc<StoredEvent>)>,
    /// Whether there are older events that were left out.
    pub(crate) limited: bool,
    /// Where to go on reading backward (an order, see [`rooms::Rooms::timeline`]).
    pub(crate) prev_batch: i64,
    /// The room's state where the client knows it.
    pub(crate) known: StateRoot,
    /// The room's state just before the timeline.
    pub(crate) before: StateRoot,
    /// The room's state at the end.
    pub(crate) after: StateRoot,
    /// The public receipts of the stretch, and perhaps later ones.
    pub(crate) receipts: Receipts,
    /// Whether the room's state is the same at all its events.
    pub(crate) is_calm: bool,
    /// The timeline as most members get it.
    pub(crate) shared: Shared,
}

/// The stretches in use lately.
pub(crate) struct Deltas(Cache<Stretch, Arc<Delta>, BySize>);

#[derive(Clone)]
struct BySize;

impl Weighter<Stretch, Arc<Delta>> for BySize {
    fn weight(&self, _: &Stretch, delta: &Arc<Delta>) -> u64 {
        // The events themselves belong to the cache of events; here they are kept alive a little longer, as texts too.
        (size_of::<Delta>() + delta.timeline.len() * 2048 + delta.receipts.len() * 200) as u64
    }
}

impl Deltas {
    pub(crate) fn new(bytes: u64) -> Self {
        let items = usize::try_from(bytes / 4096).unwrap_or(usize::MAX);
        Self(Cache::with_weighter(items, bytes, BySize))
    }
}

impl Reading<'_> {
    /// The most events of a room. A client that does not say is given more of a room that it follows: a gap would cost it
    /// another request.
    pub(crate) fn timeline_limit(&self, new: bool) -> usize {
        let settings = &self.inner.settings;
        let usual = if new { settings.timeline_limit } else { settings.timeline_limit * FOLLOWED };
        self.filter.timeline.limit().unwrap_or(usual).min(settings.max_timeline_limit)
    }
}

impl Inner {
    /// What happened, with the timeline events that the filter takes.
    pub(crate) fn delta(&self, stretch: Stretch, filter: &EventFilter) -> Result<Arc<Delta>, SyncError> {
        if !filter.takes_all() || stretch.limit == 0 {
            return Ok(Arc::new(self.filtered_delta(stretch, filter)?));
        }
        self.deltas.0.get_or_insert_with(&stretch, || {
            let page = self.rooms.timeline_range(stretch.room, stretch.after, stretch.upto, stretch.limit)?;
            let nums: Vec<EventNum> = page.events.iter().map(|(_, num)| *num).collect();
            let events = self.rooms.events(&nums)?.into_iter();
            let timeline = events.map(|event| (event.meta.order, event)).collect();
            Ok(Arc::new(self.assemble(stretch, timeline, page.more)?))
        })
    }

    /// Reads backward until enough events pass.
    fn filtered_delta(&self, stretch: Stretch, filter: &EventFilter) -> Result<Delta, SyncError> {
        let room = self.rooms.room_by_num(stretch.room)?;
        let wanted = room.is_some_and(|room| filter.takes_room(&room.id)) && !filter.takes_none();
        let mut timeline = Vec::new();
        let mut from = order_of(stretch.upto);
        // A client that wants no events at all is still told that there are some.
        let mut limited = stretch.limit == 0
            && !self.rooms.timeline_range(stretch.room, stretch.after, stretch.upto, 1)?.events.is_empty();
        let mut reads = if wanted { stretch.limit.saturating_mul(SEARCH_FACTOR) } else { 0 };
        'search: while reads > 0 {
            let page = self.rooms.timeline(stretch.room, Some(from), Direction::Backward, reads.min(100))?;
            for (order, num) in page.events {
                if order <= order_of(stretch.after) {
                    break 'search;
                }
                from = order.saturating_sub(1);
                reads = reads.saturating_sub(1);
                let Some(event) = self.rooms.event(num)? else { continue };
                if crate::event::passes(&event, filter) {
                    if timeline.len() == stretch.limit {
                        limited = true;
                        break 'search;
                    }
                    timeline.push((order, event));
                }
            }
            if !page.more {
                break;
            }
            limited = reads == 0;
        }
        timeline.reverse();
        self.assemble(stretch, timeline, limited)
    }

    fn assemble(
        &self,
        stretch: Stretch,
        mut timeline: Vec<(i64, Arc<StoredEvent>)>,
        mut limited: bool,
    ) -> Result<Delta, SyncError> {
        let Stretch { room, after, upto, .. } = stretch;
        if let (Some((first, _)), Some((last, _))) = (timeline.first(), timeline.last())
            && let Some(at) = self.rooms.last_break(room, first.saturating_sub(1), *last)?
        {
            timeline.retain(|(order, _)| *order > at);
            limited = true;
        }
        // Without events the stretch ends where it began reading.
        let prev_batch = timeline.first().map_or(order_of(upto), |(order, _)| order.saturating_sub(1));
        let before = u64::try_from(prev_batch).map_or(Position(0), Position).max(after);
        let known = self.rooms.state_root_at(room, after)?;
        let calm = |event: &StoredEvent| event.meta.before == known && event.meta.after == known;
        Ok(Delta {
            known,
            before: self.rooms.state_root_at(room, before)?,
            after: self.rooms.state_root_at(room, upto)?,
            is_calm: known != StateRoot::EMPTY && timeline.iter().all(|(_, event)| calm(event)),
            shared: Shared::default(),
            receipts: self.rooms.public_receipts(room, after)?,
            timeline,
            limited,
            prev_batch,
        })
    }
}
