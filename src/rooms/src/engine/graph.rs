//! Where an event stands in the graph of its room: what comes before it, and which events nothing follows.

use std::collections::HashSet;

use events::{Pdu, resolve::MAX_STATE_SETS};
use ruma::OwnedEventId;

use super::{Append, head::Extremity};
use crate::{EventMeta, RoomError, StateRoot, ids::EventNum};

/// The most ends that the graph of a room has.
const MOST_ENDS: usize = 200;

/// How far the events that authorize an event, and those before it, are known.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    pub(super) prev: Vec<(EventNum, EventMeta)>,
    pub(super) auth: Vec<EventNum>,
    /// Not here, or here without their place in the graph.
    pub(super) missing_prev: Vec<OwnedEventId>,
    pub(super) missing_auth: Vec<OwnedEventId>,
    /// It is taken in without what comes before it, or follows an event in no timeline that was.
    pub(super) after_gap: bool,
}

impl Neighbours {
    pub(super) fn prev_nums(&self) -> Box<[EventNum]> {
        self.prev.iter().map(|(num, _)| *num).collect()
    }
}

impl Append<'_> {
    pub(super) fn neighbours(&self, pdu: &Pdu) -> Result<Neighbours, RoomError> {
        let mut found = self.authorizing(pdu)?;
        for id in pdu.prev_events() {
            let known = self.find(id)?.map(|num| Ok::<_, RoomError>((num, self.meta(num)?))).transpose()?;
            match known.filter(|(_, meta)| !meta.flags.outlier && meta.room == self.head.room.num) {
                Some(known) => {
                    found.after_gap |= known.1.flags.after_gap;
                    found.prev.push(known);
                }
                None => found.missing_prev.push(id.clone()),
            }
        }
        Ok(found)
    }

    /// As [`Append::neighbours`], for events whose place in the graph does not matter: only what authorizes it.
    pub(super) fn authorizing(&self, pdu: &Pdu) -> Result<Neighbours, RoomError> {
        let mut found = Neighbours::default();
        for id in pdu.auth_events() {
            match self.find(id)? {
                Some(num) => found.auth.push(num),
                None => found.missing_auth.push(id.clone()),
            }
        }
        Ok(found)
    }

    /// What is known about an event, also one added just now.
    pub(super) fn meta(&self, num: EventNum) -> Result<EventMeta, RoomError> {
        if let Some(event) = self.deferred.events.get(num) {
            return Ok(event.meta.clone());
        }
        let meta = self.rooms.inner.events.meta(num)?;
        meta.ok_or(RoomError::Damaged("an event of the graph is gone"))
    }

    /// Whether there would be more ends of the graph than a room can go on from: each further event reads them all, and their
    /// states are resolved together. Events that follow ends of it are taken all the same.
    pub(super) fn is_too_forked(&self, extremities: &[Extremity]) -> bool {
        if extremities.len() <= self.head.extremities.len() || extremities.len() <= MAX_STATE_SETS {
            return false;
        }
        let states: HashSet<StateRoot> = extremities.iter().map(|extremity| extremity.after).collect();
        extremities.len() > MOST_ENDS || states.len() > MAX_STATE_SETS
    }

    /// The extremities once `new` is accepted: those that it does not follow, and itself. It also follows what it reaches
    /// through events that were rejected or soft-failed, which never are extremities themselves.
    pub(super) fn extremities_with(
        &self,
        new: Extremity,
        prev: &[(EventNum, EventMeta)],
    ) -> Result<Vec<Extremity>, RoomError> {
        let mut followed: HashSet<EventNum> = prev.iter().map(|(num, _)| *num).collect();
        let mut through: Vec<EventMeta> = prev.iter().map(|(_, meta)| meta.clone()).collect();
        while let Some(meta) = through.pop() {
            if !(meta.flags.rejected || meta.flags.soft_failed) {
                continue;
            }
            for num in meta.prev.iter().filter(|num| followed.insert(**num)).copied().collect::<Vec<_>>() {
                through.push(self.meta(num)?);
            }
        }
        let mut extremities: Vec<Extremity> =
            self.head.extremities.iter().filter(|known| !followed.contains(&known.num)).cloned().collect();
        extremities.push(new);
        Ok(extremities)
    }
}
