//! A commit of events in the making: each builds on the one before, and all take their place in the queue together.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use bytes::Bytes;
use events::Pdu;
use ruma::{EventId, OwnedEventId, OwnedServerName};
use storage::{Commit, Durability, Ops, Position, Ticket, tables};

use super::{
    Head,
    head::{Extremity, KeyEvent},
    late_redaction::Coming,
    locks::Locked,
};
use crate::{
    EventMeta, RoomError, Rooms, StoredEvent,
    event::Flags,
    ids::{DeviceNum, EventNum, Ids, StateKeyNum, UserNum},
    indexing::{Appended, Place},
    members::MembershipInfo,
    state::{NewNodes, RoomTrees, StateRoot},
    topics,
};

/// An event with its place in the graph and the state around it.
pub(super) struct Placed {
    pub(super) pdu: Pdu,
    pub(super) num: EventNum,
    pub(super) key: Option<StateKeyNum>,
    pub(super) before: StateRoot,
    pub(super) after: StateRoot,
    pub(super) prev: Box<[EventNum]>,
    pub(super) auth: Box<[EventNum]>,
    pub(super) txn: Option<(DeviceNum, Box<str>)>,
}

/// Rows that name positions, written when the commit has them. Offsets count from the commit's first position.
#[derive(Default)]
pub(super) struct Deferred {
    pub(super) members: Vec<(u32, UserNum, MembershipInfo)>,
    pub(super) roots: Vec<(u32, StateRoot)>,
    pub(super) events: AddedEvents,
    /// By how many joined members each server has more or fewer.
    pub(super) servers: BTreeMap<OwnedServerName, i64>,
}

/// The events of a commit, in order, found by number and by id.
#[derive(Default)]
pub(super) struct AddedEvents {
    list: Vec<(Place, StoredEvent)>,
    by_num: HashMap<EventNum, usize>,
    by_id: HashMap<OwnedEventId, EventNum>,
}

impl AddedEvents {
    fn push(&mut self, place: Place, event: StoredEvent) {
        self.by_num.insert(event.num, self.list.len());
        self.by_id.insert(event.pdu.owned_event_id().clone(), event.num);
        self.list.push((place, event));
    }

    pub(super) fn get(&self, num: EventNum) -> Option<&StoredEvent> {
        self.by_num.get(&num).and_then(|at| self.list.get(*at)).map(|(_, event)| event)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub(super) fn find(&self, id: &EventId) -> Option<EventNum> {
        self.by_id.get(id).copied()
    }
}

/// A commit in the making.
pub(crate) struct Append<'a> {
    pub(super) rooms: &'a Rooms,
    /// The room's head as it is after what was added so far.
    pub(super) head: Head,
    pub(super) nodes: NewNodes<RoomTrees<'a>>,
    pub(super) commit: Commit,
    pub(super) deferred: Deferred,
    pub(super) live: u32,
    /// The event whose place is being found: it may take part in the resolution of the state that it leads to.
    pub(super) placing: Option<(EventNum, Pdu)>,
    /// Redactions that come later in this commit than what they redact.
    pub(super) coming: Vec<Coming>,
}

impl<'a> Append<'a> {
    pub(crate) fn new(rooms: &'a Rooms, head: Head) -> Self {
        Self {
            nodes: NewNodes::new(rooms.inner.state.of(head.room.num)),
            rooms,
            head,
            commit: Commit::new(Durability::Sync),
            deferred: Deferred::default(),
            live: 0,
            placing: None,
            coming: Vec::new(),
        }
    }

    /// The event of this number, also one added just now.
    pub(super) fn event(&self, num: EventNum) -> Result<Pdu, RoomError> {
        if let Some((_, pdu)) = self.placing.as_ref().filter(|(placing, _)| *placing == num) {
            return Ok(pdu.clone());
        }
        match self.deferred.events.get(num) {
            Some(event) => Ok(event.pdu.clone()),
            None => Ok(self.rooms.known_event(num)?.pdu.clone()),
        }
    }

    /// Adds an event at the end of the timeline. From now on `extremities` are those of the room, and `current` is its
    /// state.
    pub(super) fn add_live(
        &mut self,
        placed: Placed,
        extremities: Vec<Extremity>,
        current: StateRoot,
    ) -> Result<(), RoomError> {
        let linear = placed.before == self.head.state && placed.after == current;
        let change = if linear { placed.key.map(|key| (key, placed.num)) } else { None };
        let offset = self.live;
        self.live += 1;
        let tally = self.index(&placed, Place::Live(offset))?;
        self.head.tally = tally;
        self.head.extremities = extremities;
        let is_linear_message = linear && change.is_none();
        self.store(placed, Place::Live(offset), Flags::default())?;
        if is_linear_message || current == self.head.state {
            return Ok(());
        }
        match change {
            Some((key, num)) => self.follow_one(key, num, current, offset),
            None => self.follow(current, offset),
        }
    }

    /// Adds an event far back in the timeline; nothing current changes.
    pub(super) fn add_back(&mut self, placed: Placed, order: i64) -> Result<(), RoomError> {
        self.index(&placed, Place::Backfilled(order))?;
        self.store(placed, Place::Backfilled(order), Flags::default())
    }

    /// Adds an event that is in no timeline.
    pub(super) fn add_aside(&mut self, placed: Placed, flags: Flags) -> Result<(), RoomError> {
        self.commit.put(tables::OFF_TIMELINE, &(self.head.room.num.0, placed.num.0), &());
        self.store(placed, Place::Backfilled(0), flags)
    }

    /// Adds what the views keep of the event, and gives the tallies with it.
    fn index(&mut self, placed: &Placed, place: Place) -> Result<crate::counts::RoomTally, RoomError> {
        let power = self.head.power.clone();
        let sender = placed.pdu.sender();
        // Of what is said here just now nobody has heard yet.
        let is_new = matches!(place, Place::Live(_)) && self.rooms.is_local(sender);
        let stripped = if is_new { None } else { self.stripped(&placed.pdu, placed.num)? };
        let may_notify_room =
            || power.as_ref().is_some_and(|power| power.of_user(sender) >= power.to_notify_room());
        let event = Appended {
            room: self.head.room.num,
            num: placed.num,
            pdu: stripped.as_ref().unwrap_or(&placed.pdu),
            is_redacted: stripped.is_some(),
            sender: self.rooms.inner.ids.user(sender)?,
            place,
            may_notify_room: &may_notify_room,
        };
        self.rooms.index_event(&mut self.commit, self.head.tally, &event)
    }

    fn store(&mut self, placed: Placed, place: Place, flags: Flags) -> Result<(), RoomError> {
        let Placed { pdu, num, key, before, after, prev, auth, txn } = placed;
        let room = &self.head.room;
        self.commit.put(tables::EVENT_JSON, &num.0, &Bytes::copy_from_slice(pdu.json().as_bytes()));
        Ids::put_event(&mut self.commit, pdu.event_id(), num);
        let meta = EventMeta {
            room: room.num,
            sender: self.rooms.inner.ids.user(pdu.sender())?,
            state_key: key,
            order: 0,
            flags,
            depth: pdu.depth(),
            before,
            after,
            tally: self.head.tally,
            txn,
            prev,
            auth,
        };
        let pdu = pdu.rejected_as(flags.rejected);
        self.deferred.events.push(place, StoredEvent { num, pdu, meta });
        Ok(())
    }

    /// The place of `pdu` in the state, and the state after it if it is allowed.
    pub(super) fn state_after(
        &mut self,
        pdu: &Pdu,
        num: EventNum,
        before: StateRoot,
    ) -> Result<(Option<StateKeyNum>, StateRoot), RoomError> {
        let Some(key) = self.state_place(pdu)? else { return Ok((None, before)) };
        Ok((Some(key), self.nodes.update(before, &[(key, Some(num))])?))
    }

    /// The place of `pdu` in the state.
    pub(super) fn state_place(&self, pdu: &Pdu) -> Result<Option<StateKeyNum>, RoomError> {
        let Some(key) = pdu.state_key() else { return Ok(None) };
        self.rooms.inner.ids.state_key(&pdu.kind().to_string(), key).map(Some)
    }

    /// The state event of a place, in any state of the room.
    pub(super) fn state_event(
        &self,
        root: StateRoot,
        key: StateKeyNum,
    ) -> Result<Option<KeyEvent>, RoomError> {
        let num = crate::state::get(&self.nodes, root, key)?;
        num.map(|num| Ok(KeyEvent { num, pdu: self.event(num)? })).transpose()
    }

    /// Puts everything in the queue; `locked` moves on to the new head. Nobody is to be answered before the ticket.
    pub(crate) fn submit(mut self, locked: Option<&mut Locked>) -> Result<Submitted, RoomError> {
        let room = self.head.room.clone();
        let inner = &self.rooms.inner;
        self.commit.put_record(tables::EXTREMITIES, &room.num.0, &self.head.record());
        self.put_servers()?;
        if self.live > 0 {
            self.commit.topic(topics::room(room.num));
        }
        let mut made = Vec::new();
        for (hash, node, bytes) in self.nodes.into_made() {
            self.commit.put(tables::STATE_NODES, &(room.num.0, hash), &Bytes::from(bytes));
            made.push((hash, node));
        }
        let Deferred { members, roots, events, .. } = self.deferred;
        let events = Arc::new(events.list);
        let shared = events.clone();
        self.commit.with_position(move |first, ops| {
            for (place, event) in shared.iter() {
                put_event_rows(ops, *place, event, first);
            }
            for (offset, root) in roots {
                ops.put(tables::CURRENT_STATE_LOG, &(room.num.0, first.0 + u64::from(offset)), &root.0);
            }
            for (offset, user, mut info) in members {
                info.position = Position(first.0 + u64::from(offset));
                ops.put(tables::ROOM_MEMBERS, &(room.num.0, user.0), &info.row());
                ops.put(tables::USER_ROOMS, &(user.0, room.num.0), &info.row());
            }
        });
        let submitted = inner.store.submit(self.commit.positions(self.live));
        let ticket = match (submitted, locked) {
            (Ok(ticket), Some(locked)) => {
                locked.advance(self.head);
                ticket
            }
            (Ok(ticket), None) => ticket,
            (Err(error), locked) => {
                if let Some(locked) = locked {
                    locked.forget();
                }
                return Err(error.into());
            }
        };
        let room = events.first().map(|(_, event)| event.meta.room);
        for (hash, node) in made {
            if let Some(room) = room {
                inner.state.remember(room, hash, node);
            }
        }
        let mut last = None;
        for (place, event) in Arc::try_unwrap(events).unwrap_or_default() {
            let order = place.order(ticket.first());
            let event = StoredEvent { meta: EventMeta { order, ..event.meta }, ..event };
            inner.ids.remember_event(event.event_id(), event.num);
            let event = Arc::new(event);
            inner.events.remember(event.clone());
            last = Some(event);
        }
        Ok(Submitted { ticket, last })
    }
}

/// What is in the queue.
pub(crate) struct Submitted {
    /// Resolves when it is on disk.
    pub(crate) ticket: Ticket,
    /// The last event of the commit.
    pub(crate) last: Option<Arc<StoredEvent>>,
}

fn put_event_rows(ops: &mut Ops, place: Place, event: &StoredEvent, first: Position) {
    let order = place.order(first);
    let meta = EventMeta { order, ..event.meta.clone() };
    if order != 0 {
        ops.put(tables::TIMELINE, &(meta.room.0, order), &event.num.0);
        let time = event.pdu.origin_server_ts().get().into();
        ops.put(tables::EVENTS_BY_TIME, &(meta.room.0, time, order), &event.num.0);
    }
    ops.put(tables::EVENT_META, &event.num.0, &Bytes::from(meta.encode(event.event_id())));
}
