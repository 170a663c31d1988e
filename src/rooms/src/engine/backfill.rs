//! The past of a room, fetched from others: it goes before everything that is in the timeline.

use events::{Pdu, pdu::MAX_PREV_EVENTS};
use ruma::{OwnedEventId, RoomId};

use super::{Append, append::Placed, judge::Verdict};
use crate::{RoomError, Rooms, event::Flags, state::StateRoot};

impl Rooms {
    /// Puts events before the timeline, `past` from older to newer, in this order. Events that are known already stay
    /// where they are. `state` is the state before the first of them, needed when what comes before it is not here;
    /// all of these events, and all that authorize the past, are stored. How many events were added to the timeline.
    pub async fn backfill(
        &self,
        room: &RoomId,
        past: Vec<Pdu>,
        state: Option<&[OwnedEventId]>,
    ) -> Result<usize, RoomError> {
        let room = self.require(room)?;
        let (ticket, added) = {
            let mut locked = self.lock(&room).await?;
            let mut append = Append::new(self, locked.clone());
            let added = append.backfill(past, state)?;
            (append.submit(Some(&mut locked))?.ticket, added)
        };
        ticket.await?;
        Ok(added)
    }
}

impl Append<'_> {
    fn backfill(&mut self, past: Vec<Pdu>, state: Option<&[OwnedEventId]>) -> Result<usize, RoomError> {
        let anchor = state.map(|state| self.told_state(state)).transpose()?;
        self.announce_redactions(&past)?;
        let count = i64::try_from(past.len()).unwrap_or(0);
        let first = self.head.oldest.min(0) - count;
        let mut added = 0;
        for (order, pdu) in (first..).zip(past) {
            added += usize::from(self.backfill_one(&pdu, order, anchor)?);
        }
        if added > 0 {
            self.head.oldest = first;
        }
        Ok(added)
    }

    /// Whether the event is in the timeline now and was not before.
    fn backfill_one(&mut self, pdu: &Pdu, order: i64, anchor: Option<StateRoot>) -> Result<bool, RoomError> {
        let known = self.find(pdu.event_id())?;
        if let Some(num) = known
            && !self.meta(num)?.flags.outlier
        {
            return Ok(false);
        }
        let mut around = self.neighbours(pdu)?;
        if !around.missing_auth.is_empty() {
            return Err(RoomError::NotFound("an event that authorizes the past is not stored"));
        }
        let mut roots: Vec<StateRoot> =
            around.prev.iter().take(MAX_PREV_EVENTS).map(|(_, meta)| meta.after).collect();
        if !around.missing_prev.is_empty() {
            roots.push(anchor.ok_or(RoomError::NotFound("the state before the past is not known"))?);
        }
        self.note_gaps(pdu, &mut around);
        let before = self.resolve(&roots)?;
        let num = known.or_else(|| self.announced(pdu));
        let num = num.unwrap_or_else(|| self.rooms.inner.ids.reserve_event());
        let rejected = matches!(self.judge(pdu, before)?, Verdict::Rejected(_));
        self.arrived(pdu, num);
        let (key, allowed) = self.state_after(pdu, num, before)?;
        let after = if rejected { before } else { allowed };
        let (prev, auth) = (around.prev_nums(), around.auth.clone().into());
        let placed = Placed { pdu: pdu.clone(), num, key, before, after, prev, auth, txn: None };
        if rejected {
            self.add_aside(placed, Flags { rejected, ..Flags::default() })?;
        } else {
            self.add_back(placed, order)?;
            self.apply_redaction(pdu, num)?;
        }
        Ok(!rejected)
    }
}
