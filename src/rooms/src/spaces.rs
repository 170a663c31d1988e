//! Spaces and what is in them (client-server API, "Spaces").

use crate::{RoomError, RoomNum, RoomRef, Rooms, StoredEvent, UserNum, ids::types};
use ruma::{
    OwnedRoomId, RoomId,
    room::{RoomSummary, RoomType},
};
use serde::Deserialize;
use std::{cmp::Ordering, collections::HashSet, sync::Arc};

/// Rooms that one walk looks at, whether they are shown or not.
const MOST_WALKED: usize = 10_000;

/// What to show of a space.
#[derive(Clone, Copy, Debug)]
pub struct HierarchyQuery {
    /// How far down; the space itself is at 0.
    pub max_depth: Option<u64>,
    /// Only children that the space suggests.
    pub suggested_only: bool,
    /// How many rooms were shown already.
    pub skip: usize,
    /// How many to show.
    pub limit: usize,
}

/// A part of what is in a space.
#[derive(Debug, Default)]
pub struct HierarchyPage {
    /// The rooms: each before its children, and those before its siblings.
    pub rooms: Vec<HierarchyRoom>,
    /// There are more.
    pub more: bool,
}

/// A room in a space.
#[derive(Debug)]
pub struct HierarchyRoom {
    /// The room as people outside see it.
    pub summary: RoomSummary,
    /// The events that name its children, in their order; empty for rooms that are no spaces.
    pub children: Vec<Arc<StoredEvent>>,
}

/// A room that a space names.
struct Child {
    room: OwnedRoomId,
    order: Option<String>,
    event: Arc<StoredEvent>,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    via: Vec<String>,
    #[serde(default)]
    order: Option<String>,
    #[serde(default)]
    suggested: bool,
}

impl Rooms {
    /// What is in a space, as far as this server knows it and the viewer may be told, from top to bottom. Each room comes once.
    pub fn hierarchy(
        &self,
        root: &RoomRef,
        viewer: UserNum,
        query: &HierarchyQuery,
    ) -> Result<HierarchyPage, RoomError> {
        let mut page = HierarchyPage::default();
        let (mut seen, mut shown) = (HashSet::<RoomNum>::new(), 0);
        let mut next = vec![(RoomRef::clone(root), 0)];
        while let Some((room, depth)) = next.pop() {
            if seen.len() == MOST_WALKED
                || !seen.insert(room.num)
                || !self.may_preview(&room, Some(viewer))?
            {
                continue;
            }
            if page.rooms.len() == query.limit {
                page.more = true;
                break;
            }
            let children = if self.room_type(room.num)? == Some(RoomType::Space) {
                self.children_of(room.num, query.suggested_only)?
            } else {
                Vec::new()
            };
            if query.max_depth.is_none_or(|most| depth < most) {
                for child in children.iter().rev() {
                    if let Some(child) = self.room(&child.room)? {
                        next.push((child, depth + 1));
                    }
                }
            }
            shown += 1;
            if shown > query.skip {
                let children = children.into_iter().map(|child| child.event).collect();
                page.rooms.push(HierarchyRoom { summary: self.room_summary(&room)?, children });
            }
        }
        Ok(page)
    }

    /// The children of a space in the order in which to show them (client-server API, "Ordering of children within a space").
    fn children_of(&self, space: RoomNum, suggested_only: bool) -> Result<Vec<Child>, RoomError> {
        let mut children = Vec::new();
        for (_, event) in self.current_state_of_type(space, types::SPACE_CHILD)? {
            let event = self.known_event(event)?;
            let Ok(content) = event.pdu.content_as::<Content>() else { continue };
            let room = event.pdu.state_key().and_then(|key| RoomId::parse(key).ok());
            // Without servers to go through it is no child any more.
            let Some(room) = room.filter(|_| !content.via.is_empty()) else { continue };
            if !suggested_only || content.suggested {
                children.push(Child { room, order: content.order.filter(|order| is_order(order)), event });
            }
        }
        children.sort_by(Child::compare);
        Ok(children)
    }
}

/// Spec: at most 50 characters from space to tilde.
fn is_order(order: &str) -> bool {
    order.len() <= 50 && order.bytes().all(|byte| (0x20..=0x7e).contains(&byte))
}

impl Child {
    fn compare(&self, other: &Self) -> Ordering {
        let by_order = match (&self.order, &other.order) {
            (Some(one), Some(other)) => one.cmp(other),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        let time = |child: &Self| child.event.pdu.origin_server_ts();
        by_order.then_with(|| time(self).cmp(&time(other))).then_with(|| self.room.cmp(&other.room))
    }
}
