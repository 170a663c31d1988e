//! Many events from elsewhere at once: for the disk they are one wait, for each other they are strangers.

use events::Pdu;
use ruma::RoomId;

use super::{Append, Outcome, Received, receive};
use crate::{RoomError, Rooms};

/// Events of one commit.
const STEP: usize = 500;

impl Rooms {
    /// Takes in events of one room that others have sent as its news, one after the other. Each has its own outcome; one
    /// that can't be taken in harms no other. All that is accepted is on disk when this returns.
    pub async fn receive_all(
        &self,
        room: &RoomId,
        pdus: Vec<Pdu>,
    ) -> Result<Vec<Result<Outcome, RoomError>>, RoomError> {
        let room = self.require(room)?;
        let (mut outcomes, mut tickets) = (Vec::with_capacity(pdus.len()), Vec::new());
        for pdu in pdus {
            // The room is free in between for those who are here.
            match self.receive_queued(&room, pdu, &Received::Live).await {
                Ok((outcome, ticket)) => {
                    outcomes.push(Ok(outcome));
                    tickets.extend(ticket);
                }
                Err(error) => outcomes.push(Err(error)),
            }
        }
        for ticket in tickets {
            ticket.await?;
        }
        Ok(outcomes)
    }

    /// Keeps events that authorize others, or are of a state that was told; their place in the graph does not matter. Each
    /// must come after those that authorize it: for one of which an authorizing event is not here nothing is kept. The outcomes
    /// are in the order of the events.
    pub async fn receive_outliers(&self, room: &RoomId, pdus: Vec<Pdu>) -> Result<Vec<Outcome>, RoomError> {
        let room = self.require(room)?;
        let mut outcomes = Vec::with_capacity(pdus.len());
        let mut last = None;
        for step in pdus.chunks(STEP) {
            let mut locked = self.lock(&room).await?;
            let mut append = Append::new(self, locked.clone());
            for pdu in step {
                outcomes.push(append.add_outlier_unless_known(pdu)?);
            }
            if !append.deferred.events.is_empty() {
                last = Some(append.submit(Some(&mut locked))?.ticket);
            }
        }
        // Commits are on disk in their order.
        receive::wait(last).await?;
        Ok(outcomes)
    }
}

impl Append<'_> {
    fn add_outlier_unless_known(&mut self, pdu: &Pdu) -> Result<Outcome, RoomError> {
        if let Some(num) = self.find(pdu.event_id())? {
            return Ok(receive::outcome(num, &self.meta(num)?));
        }
        let around = self.authorizing(pdu)?;
        if !around.missing_auth.is_empty() {
            return Ok(Outcome::Missing { prev: Vec::new(), auth: around.missing_auth });
        }
        let num = self.rooms.inner.ids.reserve_event();
        self.add_outlier(pdu.clone(), num, &around)
    }
}
