//! The events around an event (client-server API, `GET /rooms/{roomId}/context/{eventId}`).

use crate::{
    Direction, EventNum, RoomError, RoomRef, Rooms, StateRoot, StoredEvent, UserNum, visibility::Viewer,
};
use std::sync::Arc;

/// An event in its surroundings.
#[derive(Clone, Debug)]
pub struct Context {
    /// The event itself.
    pub event: Arc<StoredEvent>,
    /// What came before it, newest first.
    pub before: Vec<Arc<StoredEvent>>,
    /// What came after it, oldest first.
    pub after: Vec<Arc<StoredEvent>>,
    /// Where a page of earlier events begins, as an order of the timeline.
    pub start: i64,
    /// Where a page of later events begins.
    pub end: i64,
    /// The state at the last of these events.
    pub state: StateRoot,
}

impl Rooms {
    /// Up to `earlier` events before `event` and `later` ones after it, as far as the viewer may see them and `wanted` wants
    /// them. `None` if the viewer may not see the event itself.
    pub fn context(
        &self,
        room: &RoomRef,
        viewer: UserNum,
        event: EventNum,
        (earlier, later): (usize, usize),
        wanted: impl Fn(&StoredEvent) -> bool,
    ) -> Result<Option<Context>, RoomError> {
        let Some(event) = self.event(event)? else { return Ok(None) };
        let mut sight = self.sight(room, Viewer::user(viewer));
        if !event.meta.in_timeline() || !sight.of(&event)?.visible {
            return Ok(None);
        }
        let order = event.meta.order;
        let mut read = |from, direction, limit| {
            let page = self.timeline(room.num, Some(from), direction, limit)?;
            let end = page.events.last().map_or(from, |(order, _)| *order);
            let mut events = Vec::with_capacity(page.events.len());
            for (_, num) in page.events {
                let Some(event) = self.event(num)? else { continue };
                if wanted(&event) && sight.of(&event)?.visible {
                    events.push(event);
                }
            }
            Ok::<_, RoomError>((events, end))
        };
        let (before, first) = read(order.saturating_sub(1), Direction::Backward, earlier)?;
        let (after, last) = read(order, Direction::Forward, later)?;
        let state = after.last().unwrap_or(&event).meta.after;
        let start = if earlier == 0 { order.saturating_sub(1) } else { first.saturating_sub(1) };
        Ok(Some(Context { event, before, after, start, end: last, state }))
    }
}
