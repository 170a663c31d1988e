//! Spaces: what one room of a space names (client-server API, "Spaces"). The walk through a whole space, which may lead to rooms
//! that are not here, is made elsewhere.

use crate::{RoomError, RoomNum, RoomRef, Rooms, UserNum, ids::types};
use events::client_format::space_child_json;
use ruma::{
    OwnedRoomId, OwnedServerName, RoomId, ServerName, UInt,
    room::{RoomSummary, RoomType},
};
use serde::Deserialize;
use std::cmp::Ordering;

/// A room of a space as people outside see it.
#[derive(Debug, Clone)]
pub struct SpaceRoom {
    /// What it is.
    pub summary: RoomSummary,
    /// Its children, in the order in which to show them; none if it is no space.
    pub children: Vec<SpaceChild>,
}

/// A room that a space names.
#[derive(Debug, Clone)]
pub struct SpaceChild {
    /// The room.
    pub room: OwnedRoomId,
    /// Servers that know it.
    pub via: Vec<OwnedServerName>,
    /// Whether the space suggests it.
    pub suggested: bool,
    /// The event that names it, stripped, as hierarchies have it.
    pub json: String,
    order: Option<String>,
    time: UInt,
}

#[derive(Deserialize)]
struct Stripped {
    state_key: String,
    origin_server_ts: UInt,
    content: Content,
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

impl SpaceChild {
    /// Reads the stripped event that names a child; `None` if it names none, or none any more.
    pub fn read(json: String) -> Option<Self> {
        let Stripped { state_key, origin_server_ts: time, content } = serde_json::from_str(&json).ok()?;
        let room = RoomId::parse(&state_key).ok()?;
        let Content { via, order, suggested } = content;
        // Without servers to go through it is no child any more.
        let is_child = !via.is_empty();
        let via = via.iter().filter_map(|server| OwnedServerName::try_from(server.as_str()).ok()).collect();
        let order = order.filter(|order| is_order(order));
        is_child.then_some(Self { room, via, suggested, json, order, time })
    }

    /// Which of two is shown first (client-server API, "Ordering of children within a space").
    pub fn compare(&self, other: &Self) -> Ordering {
        let by_order = match (&self.order, &other.order) {
            (Some(one), Some(other)) => one.cmp(other),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => Ordering::Equal,
        };
        by_order.then_with(|| self.time.cmp(&other.time)).then_with(|| self.room.cmp(&other.room))
    }
}

/// Spec: at most 50 characters from space to tilde.
fn is_order(order: &str) -> bool {
    order.len() <= 50 && order.bytes().all(|byte| (0x20..=0x7e).contains(&byte))
}

impl Rooms {
    /// A room of this server as a part of a space. Whether somebody may be told is for the caller to ask.
    pub fn space_room(&self, room: &RoomRef) -> Result<SpaceRoom, RoomError> {
        let is_space = self.room_type(room.num)? == Some(RoomType::Space);
        let children = if is_space { self.children_of(room.num)? } else { Vec::new() };
        Ok(SpaceRoom { summary: self.room_summary(room)?, children })
    }

    fn children_of(&self, space: RoomNum) -> Result<Vec<SpaceChild>, RoomError> {
        let mut children = Vec::new();
        for (_, event) in self.current_state_of_type(space, types::SPACE_CHILD)? {
            let event = self.known_event(event)?;
            children.extend(SpaceChild::read(space_child_json(&event.pdu)));
        }
        children.sort_by(SpaceChild::compare);
        Ok(children)
    }

    /// Whether a server may be told what the room is: those in it, and others if their people are invited, or could join or read
    /// it.
    pub fn may_preview_to(&self, room: &RoomRef, server: &ServerName) -> Result<bool, RoomError> {
        Ok(self.is_server_in(room.num, server)?
            || self.is_shown_to(room, |allowed| self.is_server_in(allowed, server))?
            || self.is_server_invited(room.num, server)?)
    }

    /// Whether a person is in one of these rooms.
    pub fn is_in_any<'a>(
        &self,
        viewer: UserNum,
        rooms: impl IntoIterator<Item = &'a OwnedRoomId>,
    ) -> Result<bool, RoomError> {
        self.any_known(rooms, |room| self.is_joined(room, viewer))
    }
}
