//! What somebody was notified of, the newest first (client-server API, "Listing Notifications").
//!
//! Nothing is stored for it, since a message would then cost a row for everybody in its room: the newest events of all the
//! person's rooms are judged when they ask, by the rules as they are now. One request judges a bounded number of them; where
//! it stops, the next goes on.

use crate::{
    PushError,
    judge::{Case, judgement},
};
use rooms::{
    Direction, EventNum, Membership, Page, RoomNum, RoomRef, Rooms, StoredEvent, UserNum, ViewOptions,
};
use ruma::push::{Action, Ruleset};
use std::{
    collections::{BinaryHeap, HashMap, VecDeque},
    sync::Arc,
};
use users::Users;

/// Events that one request looks at.
const MOST_LOOKED_AT: usize = 2_000;
/// Events that are read from a room at once.
const PIECE: usize = 20;

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub struct NotifiedQuery {
    /// Only events with a smaller order, for the next page.
    pub before: Option<i64>,
    /// How many at most.
    pub limit: usize,
    /// Only what highlights.
    pub highlights: bool,
}

/// An event that notified somebody.
pub struct Notified {
    /// Where.
    pub room: RoomRef,
    /// The event.
    pub event: Arc<StoredEvent>,
    /// What the rules have done about it.
    pub actions: Vec<Action>,
    /// It has been read since.
    pub read: bool,
}

/// Events that notified somebody, the newest first.
pub struct NotifiedPage {
    /// The events.
    pub events: Vec<Notified>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<i64>,
}

/// What `user` was notified of.
///
/// # Errors
/// When the database can't be read.
pub async fn notifications(
    rooms: &Rooms,
    users: &Users,
    user: UserNum,
    query: NotifiedQuery,
) -> Result<NotifiedPage, PushError> {
    let rules = users.push_rules.of(user)?;
    let ignored = users.account_data.ignored(user)?;
    let mut latest = Latest::of(rooms, rooms.joined_rooms(user)?, query.before)?;
    let mut page = NotifiedPage { events: Vec::new(), next: None };
    for _ in 0..MOST_LOOKED_AT {
        let Some((order, num)) = latest.next(rooms)? else { return Ok(NotifiedPage { next: None, ..page }) };
        page.next = Some(order);
        let Some(event) = rooms.event(num)? else { continue };
        let gone = rooms.redacted_by(num)?.is_some();
        if gone || event.meta.sender == user || ignored.contains(event.pdu.sender()) {
            continue;
        }
        let judged = judge(rooms, user, &rules, event).await?;
        page.events.extend(judged.filter(|one| !query.highlights || judgement(&one.actions).highlight));
        if page.events.len() >= query.limit {
            break;
        }
    }
    Ok(page)
}

async fn judge(
    rooms: &Rooms,
    user: UserNum,
    rules: &Ruleset,
    event: Arc<StoredEvent>,
) -> Result<Option<Notified>, PushError> {
    let Some(room) = rooms.room_by_num(event.meta.room)? else { return Ok(None) };
    let actions = Case::of(rooms, &room, &event)?.actions(user, rules).await?.to_vec();
    if !judgement(&actions).notify {
        return Ok(None);
    }
    // What came before the person did notified nobody, though they may see it.
    let seen = rooms.client_view(&room, ViewOptions::of(user, None)).seen(&event)?;
    if !seen.visible || seen.membership != Some(Membership::Join) {
        return Ok(None);
    }
    let thread = rooms.thread_of(&event)?;
    let read = rooms.read_state(user, room.num)?.read_up_to(thread);
    let read = read.is_some_and(|read| event.meta.order <= read);
    Ok(Some(Notified { room, event, actions, read }))
}

/// The live events of several rooms, the newest first.
struct Latest {
    /// Order of the newest event of each room that is not given out yet.
    heads: BinaryHeap<(i64, RoomNum)>,
    /// What has been read of the rooms.
    pieces: HashMap<RoomNum, VecDeque<(i64, EventNum)>>,
}

impl Latest {
    fn of(rooms: &Rooms, all: Vec<RoomNum>, before: Option<i64>) -> Result<Self, PushError> {
        let mut latest = Self { heads: BinaryHeap::new(), pieces: HashMap::new() };
        let from = before.map(|before| before.saturating_sub(1));
        for room in all {
            latest.read(rooms, room, from)?;
        }
        Ok(latest)
    }

    fn next(&mut self, rooms: &Rooms) -> Result<Option<(i64, EventNum)>, PushError> {
        let Some((order, room)) = self.heads.pop() else { return Ok(None) };
        let Some(piece) = self.pieces.get_mut(&room) else { return Ok(None) };
        let event = piece.pop_front();
        match piece.front() {
            Some((next, _)) => self.heads.push((*next, room)),
            None => self.read(rooms, room, Some(order.saturating_sub(1)))?,
        }
        Ok(event)
    }

    fn read(&mut self, rooms: &Rooms, room: RoomNum, from: Option<i64>) -> Result<(), PushError> {
        let Page { mut events, .. } = rooms.timeline(room, from, Direction::Backward, PIECE)?;
        // What was fetched from further back notified nobody.
        events.retain(|(order, _)| *order > 0);
        if let Some((order, _)) = events.first() {
            self.heads.push((*order, room));
            self.pieces.insert(room, events.into());
        }
        Ok(())
    }
}
