//! Events from elsewhere (server-server API, "Checks performed on receipt of a PDU").
//!
//! The caller has checked format, signatures and hashes, outside the room's lock. Here the event is set against the
//! graph and the state of the room. What the rules deny is kept too, so that the graph has no holes, but takes no
//! part in what people see.

use std::{collections::BTreeMap, sync::Arc};

use events::Pdu;
use ruma::{OwnedEventId, RoomId, RoomVersionId};
use storage::{Commit, Durability, Ticket, tables};

use super::{Append, append::Placed, graph::Neighbours, head::Extremity, judge::Verdict};
use crate::{
    Code, EventMeta, RoomError, Rooms,
    event::Flags,
    ids::{EventNum, StateKeyNum},
    room::{RoomInfo, RoomRef},
    state::StateRoot,
};

/// How an event came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Received {
    /// As news of the room.
    Live,
    /// Fetched because another refers to it as authorizing it; its place in the graph does not matter.
    Outlier,
    /// As news of the room whose past is not here; the state before it is told. All of these events are stored.
    Anchored {
        /// The state before it.
        state: Vec<OwnedEventId>,
    },
}

/// What became of an event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is part of the room (or, as an outlier, of what is known about it).
    Accepted(EventNum),
    /// It takes part in the graph, but the room's state now does not allow it; people don't see it.
    SoftFailed(EventNum, String),
    /// The rules deny it.
    Rejected(EventNum, String),
    /// Nothing was kept: these are needed first.
    Missing {
        /// Right before it.
        prev: Vec<OwnedEventId>,
        /// Authorizing it.
        auth: Vec<OwnedEventId>,
    },
}

impl Rooms {
    /// Makes a room known that others have created; it has no events yet.
    pub async fn adopt(&self, id: &RoomId, version: &RoomVersionId) -> Result<RoomRef, RoomError> {
        let room = self.room_or_new(id, version)?;
        let ticket = {
            let (mut locked, known) = self.lock_or_new(&room).await?;
            if known {
                return Ok(room);
            }
            let mut commit = Commit::new(Durability::Sync).positions(0);
            commit.put_record(tables::ROOMS, &room.num.0, &room.record());
            locked.forget();
            self.inner.store.submit(commit)?
        };
        ticket.await?;
        Ok(room)
    }

    /// The room of this id, or what it will be when it is written.
    pub(super) fn room_or_new(&self, id: &RoomId, version: &RoomVersionId) -> Result<RoomRef, RoomError> {
        if let Some(room) = self.room(id)? {
            return Ok(room);
        }
        let Some(rules) = events::RoomVersion::rules(version) else {
            let why = format!("This server does not know room version {version}");
            return Err(RoomError::bad(Code::UnsupportedRoomVersion, why));
        };
        let num = self.inner.ids.room(id)?;
        let since_ms = self.inner.clock.now_ms();
        Ok(Arc::new(RoomInfo { num, id: id.to_owned(), version: version.clone(), rules, since_ms }))
    }

    /// Takes in an event that others have sent. Coming again it has the same outcome again.
    pub async fn receive(&self, room: &RoomId, pdu: Pdu, how: Received) -> Result<Outcome, RoomError> {
        let room = self.require(room)?;
        let (outcome, ticket) = self.receive_queued(&room, pdu, &how).await?;
        wait(ticket).await?;
        Ok(outcome)
    }

    /// [`Rooms::receive`] without waiting for the disk.
    pub(super) async fn receive_queued(
        &self,
        room: &RoomRef,
        pdu: Pdu,
        how: &Received,
    ) -> Result<(Outcome, Option<Ticket>), RoomError> {
        let mut locked = self.lock(room).await?;
        let append = Append::new(self, locked.clone());
        Ok(match append.receive(pdu, how)? {
            Step::Done(outcome) => (outcome, None),
            Step::Added(append, outcome) => (outcome, Some(append.submit(Some(&mut locked))?.ticket)),
        })
    }
}

pub(super) async fn wait(ticket: Option<Ticket>) -> Result<(), RoomError> {
    if let Some(ticket) = ticket {
        ticket.await?;
    }
    Ok(())
}

enum Step<'a> {
    /// There is nothing to write.
    Done(Outcome),
    Added(Box<Append<'a>>, Outcome),
}

impl<'a> Append<'a> {
    fn receive(mut self, pdu: Pdu, how: &Received) -> Result<Step<'a>, RoomError> {
        let known = self.find(pdu.event_id())?;
        if let Some(num) = known {
            let meta = self.meta(num)?;
            if !meta.flags.outlier || *how == Received::Outlier {
                return Ok(Step::Done(outcome(num, &meta)));
            }
        }
        let mut around =
            if *how == Received::Outlier { self.authorizing(&pdu)? } else { self.neighbours(&pdu)? };
        let prev_matters = *how == Received::Live;
        if !around.missing_auth.is_empty() || (prev_matters && !around.missing_prev.is_empty()) {
            let prev = if prev_matters { around.missing_prev } else { Vec::new() };
            return Ok(Step::Done(Outcome::Missing { prev, auth: around.missing_auth }));
        }
        let num = known.unwrap_or_else(|| self.rooms.inner.ids.reserve_event());
        let outcome = match how {
            Received::Outlier => self.add_outlier(pdu, num, &around)?,
            Received::Live => {
                let roots: Vec<StateRoot> = around.prev.iter().map(|(_, meta)| meta.after).collect();
                let before = self.resolve(&roots)?;
                self.place(pdu, num, before, &around)?
            }
            Received::Anchored { state } => {
                let before = self.told_state(state)?;
                self.note_gaps(&pdu, &mut around);
                self.place(pdu, num, before, &around)?
            }
        };
        Ok(Step::Added(Box::new(self), outcome))
    }

    /// Puts an event with a known state before it at its place.
    pub(super) fn place(
        &mut self,
        pdu: Pdu,
        num: EventNum,
        before: StateRoot,
        around: &Neighbours,
    ) -> Result<Outcome, RoomError> {
        let has_present = !self.head.extremities.is_empty();
        let verdict = match self.judge(&pdu, before)? {
            Verdict::Allowed if has_present && before != self.head.state => self.judge_now(&pdu)?,
            verdict => verdict,
        };
        self.arrived(&pdu, num);
        let (key, after) = match verdict {
            Verdict::Rejected(_) => (self.state_after(&pdu, num, before)?.0, before),
            _ => self.state_after(&pdu, num, before)?,
        };
        let extremity = Extremity { num, id: pdu.owned_event_id().clone(), depth: pdu.depth(), after };
        let (prev, auth) = (around.prev_nums(), around.auth.clone().into());
        let placed = Placed { pdu, num, key, before, after, prev, auth, txn: None };
        match verdict {
            Verdict::Allowed => {
                let extremities = self.extremities_with(extremity, &around.prev)?;
                if self.is_too_forked(&extremities) {
                    let why = "too many events of the room are followed by none";
                    return self.soft_fail(placed, around, why.to_owned());
                }
                if has_present && around.after_gap {
                    self.leave_gap(before)?;
                }
                let roots: Vec<StateRoot> = extremities.iter().map(|extremity| extremity.after).collect();
                let pdu = placed.pdu.clone();
                self.placing = Some((num, pdu.clone()));
                let current = self.resolve(&roots)?;
                self.placing = None;
                self.add_live(placed, extremities, current)?;
                self.apply_redaction(&pdu, num)?;
                Ok(Outcome::Accepted(num))
            }
            Verdict::SoftFailed(why) => self.soft_fail(placed, around, why),
            Verdict::Rejected(why) => {
                let flags = Flags { rejected: true, after_gap: around.after_gap, ..Flags::default() };
                self.add_aside(placed, flags)?;
                Ok(Outcome::Rejected(num, why))
            }
        }
    }

    fn soft_fail(&mut self, placed: Placed, around: &Neighbours, why: String) -> Result<Outcome, RoomError> {
        let num = placed.num;
        let flags = Flags { soft_failed: true, after_gap: around.after_gap, ..Flags::default() };
        self.add_aside(placed, flags)?;
        Ok(Outcome::SoftFailed(num, why))
    }

    /// What comes before the next event is not here: the state there, which was told, has a position of its own. So readers see
    /// that something lies between (see [`Rooms::last_break`]), and the state changes before the event.
    fn leave_gap(&mut self, told: StateRoot) -> Result<(), RoomError> {
        let state = self.resolve(&[self.head.state, told])?;
        let offset = self.live;
        self.live += 1;
        self.follow(state, offset)
    }

    pub(super) fn add_outlier(
        &mut self,
        pdu: Pdu,
        num: EventNum,
        around: &Neighbours,
    ) -> Result<Outcome, RoomError> {
        let verdict = self.judge_by_auth_events(&pdu)?;
        let rejected = matches!(verdict, Verdict::Rejected(_));
        self.keep_outlier(pdu, num, around, rejected)?;
        Ok(match verdict {
            Verdict::Rejected(why) => Outcome::Rejected(num, why),
            _ => Outcome::Accepted(num),
        })
    }

    /// Keeps an event beside the graph, without asking the rules.
    pub(super) fn keep_outlier(
        &mut self,
        pdu: Pdu,
        num: EventNum,
        around: &Neighbours,
        rejected: bool,
    ) -> Result<(), RoomError> {
        let key = self.state_place(&pdu)?;
        let (before, after) = (StateRoot::EMPTY, StateRoot::EMPTY);
        let (prev, auth) = (around.prev_nums(), around.auth.clone().into());
        let placed = Placed { pdu, num, key, before, after, prev, auth, txn: None };
        self.add_aside(placed, Flags { outlier: true, rejected, ..Flags::default() })
    }

    /// An event that was beside the graph, or waited for, has come.
    pub(super) fn arrived(&mut self, pdu: &Pdu, num: EventNum) {
        let room = self.head.room.num.0;
        self.commit.delete(tables::OFF_TIMELINE, &(room, num.0));
        self.commit.delete(tables::BACKWARD, &(room, pdu.event_id().as_str().to_owned()));
    }

    /// Remembers which events right before this one are not here.
    pub(super) fn note_gaps(&mut self, _: &Pdu, around: &mut Neighbours) {
        let room = self.head.room.num.0;
        around.after_gap |= !around.missing_prev.is_empty();
        for id in around.missing_prev.drain(..) {
            self.commit.put(tables::BACKWARD, &(room, id.as_str().to_owned()), &());
        }
    }

    /// The state of these events.
    pub(super) fn told_state(&mut self, ids: &[OwnedEventId]) -> Result<StateRoot, RoomError> {
        let mut changes: BTreeMap<StateKeyNum, Option<EventNum>> = BTreeMap::new();
        for id in ids {
            let num = self.find(id)?.ok_or(RoomError::NotFound("an event of the state is not stored"))?;
            let meta = self.meta(num)?;
            let ours = meta.room == self.head.room.num && !meta.flags.rejected;
            if let Some(key) = meta.state_key.filter(|_| ours) {
                changes.insert(key, Some(num));
            }
        }
        self.nodes.update(StateRoot::EMPTY, &changes.into_iter().collect::<Vec<_>>())
    }
}

pub(super) fn outcome(num: EventNum, meta: &EventMeta) -> Outcome {
    if meta.flags.rejected {
        Outcome::Rejected(num, "it was rejected before".to_owned())
    } else if meta.flags.soft_failed {
        Outcome::SoftFailed(num, "it was soft-failed before".to_owned())
    } else {
        Outcome::Accepted(num)
    }
}
