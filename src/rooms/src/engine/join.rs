//! Coming into a room through a server that is in it (server-server API, "Joining Rooms").

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use events::{Pdu, RoomVersion};
use ruma::{OwnedEventId, OwnedRoomId, RoomVersionId, events::TimelineEventType};
use serde::Deserialize;
use storage::tables;

use super::{Append, Head, receive::Outcome};
use crate::{Code, RoomError, RoomInfo, RoomRef, Rooms, StateKeyNum, StateRoot};

/// What a server that is in the room tells whoever joins through it. Formats, signatures and hashes are checked.
#[derive(Debug, Clone)]
pub struct JoinedElsewhere {
    /// The room.
    pub room: OwnedRoomId,
    /// Its version.
    pub version: RoomVersionId,
    /// The events that authorize the state, in any order.
    pub auth_chain: Vec<Pdu>,
    /// The state before the join.
    pub state: Vec<Pdu>,
    /// The join.
    pub join: Pdu,
}

impl Rooms {
    /// Takes in a room with the join of somebody of this server: all of it, or nothing. What this server has of the room from
    /// when it was in it before stays as the past, and counts for nothing now.
    ///
    /// # Errors
    /// [`RoomError::Forbidden`] when the state that was told does not allow the join, [`RoomError::BadRequest`] when it is
    /// none of such a room.
    pub async fn accept_join(&self, told: JoinedElsewhere) -> Result<Outcome, RoomError> {
        let room = self.room_or_new(&told.room, &told.version)?;
        let (outcome, ticket) = {
            let (mut locked, mut known) = self.lock_or_new(&room).await?;
            let mut append = Append::new(self, locked.clone());
            if room.version != told.version {
                append.head.room = of_version(&append.head, &told.version)?;
                known = false;
            }
            let room = append.head.room.clone();
            let outcome = append.accept_join(told);
            if !known {
                append.commit.put_record(tables::ROOMS, &room.num.0, &room.record());
                locked.forget();
            }
            let outcome = outcome?;
            if append.live == 0 {
                return Ok(outcome);
            }
            (outcome, append.submit(Some(&mut locked))?.ticket)
        };
        ticket.await?;
        Ok(outcome)
    }
}

/// The room with another version than was thought, as long as nothing of it is here but invites.
fn of_version(head: &Head, version: &RoomVersionId) -> Result<RoomRef, RoomError> {
    let known = &head.room;
    let rules = RoomVersion::rules(version).filter(|_| head.state.is_empty());
    let Some(rules) = rules else {
        let why = format!("The room is of version {}, not {version}", known.version);
        return Err(RoomError::bad(Code::InvalidRoomState, why));
    };
    let (num, id, since_ms) = (known.num, known.id.clone(), known.since_ms);
    Ok(Arc::new(RoomInfo { num, id, version: version.clone(), rules, since_ms }))
}

impl Append<'_> {
    fn accept_join(&mut self, told: JoinedElsewhere) -> Result<Outcome, RoomError> {
        let JoinedElsewhere { auth_chain, state, join, .. } = told;
        if let Some(num) = self.find(join.event_id())?
            && !self.meta(num)?.flags.outlier
        {
            return Ok(Outcome::Accepted(num));
        }
        let ids: Vec<OwnedEventId> = state.iter().map(|pdu| pdu.owned_event_id().clone()).collect();
        let missing = self.keep_told(auth_chain.into_iter().chain(state))?;
        if let Some(pdu) = missing.first() {
            tracing::warn!(room = %self.head.room.id, count = missing.len(), event = %pdu.event_id(),
                "told of events without those that authorize them; they are left out");
        }
        let left_out: HashSet<&OwnedEventId> = missing.iter().map(Pdu::owned_event_id).collect();
        let ids: Vec<OwnedEventId> = ids.into_iter().filter(|id| !left_out.contains(id)).collect();
        let mut around = self.neighbours(&join)?;
        if !around.missing_auth.is_empty() {
            let why = "The server did not tell what authorizes the join";
            return Err(RoomError::bad(Code::InvalidRoomState, why));
        }
        let resident = self.rooms.will_be_resident(self.head.room.num)?;
        let before = if resident && around.missing_prev.is_empty() {
            let roots: Vec<StateRoot> = around.prev.iter().map(|(_, meta)| meta.after).collect();
            self.resolve(&roots)?
        } else {
            self.told_state(&ids)?
        };
        self.check_told(before)?;
        if !resident {
            self.begin_anew(before)?;
        }
        self.note_gaps(&join, &mut around);
        let num = self.find(join.event_id())?.unwrap_or_else(|| self.rooms.inner.ids.reserve_event());
        match self.place(join, num, before, &around)? {
            Outcome::Rejected(_, why) => {
                Err(RoomError::forbidden(format!("The room does not allow the join: {why}")))
            }
            outcome => Ok(outcome),
        }
    }

    /// Keeps the events beside the graph, each after those that authorize it; gives those for which there are not all of these.
    fn keep_told(&mut self, told: impl Iterator<Item = Pdu>) -> Result<Vec<Pdu>, RoomError> {
        let room = self.head.room.id.clone();
        let mut left_out = Vec::new();
        for pdu in in_auth_order(told.filter(|pdu| pdu.room_id() == room)) {
            if self.find(pdu.event_id())?.is_some() {
                continue;
            }
            let around = self.authorizing(&pdu)?;
            if !around.missing_auth.is_empty() {
                left_out.push(pdu);
                continue;
            }
            let num = self.rooms.inner.ids.reserve_event();
            self.add_outlier(pdu, num, &around)?;
        }
        Ok(left_out)
    }

    /// A state that was told must be one of this room.
    fn check_told(&self, root: StateRoot) -> Result<(), RoomError> {
        #[derive(Deserialize)]
        struct Create {
            #[serde(default)]
            room_version: Option<String>,
        }
        let bad = |why: &str| Err(RoomError::bad(Code::InvalidRoomState, why));
        let Some(create) = self.state_event(root, StateKeyNum::CREATE)? else {
            return bad("The server told a state without the event that created the room");
        };
        let version = create.pdu.content_as::<Create>().ok().and_then(|content| content.room_version);
        if version.as_deref().unwrap_or("1") != self.head.room.version.as_str() {
            return bad(
                "The server told another version of the room than the one that the room was created with",
            );
        }
        Ok(())
    }

    /// From here on the room is as told: nothing follows what was known of it before. The change has a position of its own, so
    /// that whoever reads the room finds its state before the first event.
    fn begin_anew(&mut self, state: StateRoot) -> Result<(), RoomError> {
        self.head.extremities.clear();
        if self.head.state != state {
            let offset = self.live;
            self.live += 1;
            self.follow(state, offset)?;
        }
        Ok(())
    }
}

/// Each event after those of them that authorize it. From room version 12 on nothing names the create event, so it comes first.
pub(super) fn in_auth_order(events: impl Iterator<Item = Pdu>) -> Vec<Pdu> {
    let mut order = Vec::new();
    let mut waiting: HashMap<OwnedEventId, Pdu> = HashMap::new();
    for pdu in events {
        match *pdu.kind() {
            TimelineEventType::RoomCreate => order.insert(0, pdu.owned_event_id().clone()),
            _ => order.push(pdu.owned_event_id().clone()),
        }
        waiting.insert(pdu.owned_event_id().clone(), pdu);
    }
    let mut sorted = Vec::with_capacity(waiting.len());
    let mut begun: HashMap<OwnedEventId, Pdu> = HashMap::new();
    let mut stack = Vec::new();
    for id in order {
        stack.push((id, false));
        while let Some((id, ready)) = stack.pop() {
            if ready {
                sorted.extend(begun.remove(&id));
            } else if let Some(pdu) = waiting.remove(&id) {
                stack.push((id.clone(), true));
                stack.extend(pdu.auth_events().iter().map(|id| (id.clone(), false)));
                begun.insert(id, pdu);
            }
        }
    }
    sorted
}

#[cfg(test)]
mod tests {
    use events::testing::{Random, random_room};

    use super::*;

    #[test]
    fn events_come_after_those_that_authorize_them() {
        for seed in 0..20 {
            for version in [RoomVersionId::V10, RoomVersionId::V12] {
                let mut events = random_room(&version, seed, 40).events();
                let count = events.len();
                Random::new(seed).shuffle(&mut events);
                // Told twice, as state and as what authorizes it.
                let sorted = in_auth_order(events.clone().into_iter().chain(events));
                assert_eq!(sorted.len(), count);
                assert_eq!(*sorted[0].kind(), TimelineEventType::RoomCreate);
                let place: HashMap<_, _> =
                    sorted.iter().enumerate().map(|(at, pdu)| (pdu.owned_event_id(), at)).collect();
                for (at, pdu) in sorted.iter().enumerate() {
                    assert!(pdu.auth_events().iter().all(|id| place[id] < at));
                }
            }
        }
    }
}
