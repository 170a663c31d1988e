//! A transaction of another server (server-server API, "Transactions").

use super::queue::Waiting;
use crate::Federation;
use events::{Pdu, PduError};
use futures_util::future::join_all;
use rooms::{Outcome, RoomError, RoomRef};
use ruma::{
    EventId, OwnedEventId, OwnedRoomId, RoomId, ServerName, TransactionId,
    api::federation::transactions::edu::Edu, serde::Raw,
};
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// What became of each event: with the reason, for people, if it was refused.
pub type Results = BTreeMap<OwnedEventId, Result<(), String>>;

/// The longest reason, in characters.
const LONGEST_REASON: usize = 300;

impl Federation {
    /// Takes in a transaction. What is accepted is on disk when this returns. Events of rooms that are not known here
    /// are left out of the results, as their ids can't be known either.
    ///
    /// # Errors
    /// Only when the database can't be read or written: the transaction is to be sent again.
    pub async fn receive_transaction(
        &self,
        origin: &ServerName,
        txn: &TransactionId,
        pdus: Vec<Box<RawValue>>,
        edus: Vec<Raw<Edu>>,
    ) -> Result<Results, RoomError> {
        let taken = self.take_transaction(origin, txn, pdus, edus).await;
        self.inner.inbound.counters.transaction(taken.is_ok());
        taken
    }

    async fn take_transaction(
        &self,
        origin: &ServerName,
        txn: &TransactionId,
        pdus: Vec<Box<RawValue>>,
        edus: Vec<Raw<Edu>>,
    ) -> Result<Results, RoomError> {
        let _turn = self.inner.inbound.senders.wait(origin.to_owned()).await;
        if let Some(results) = self.answered(origin, txn)? {
            return Ok(results);
        }
        let rooms = by_room(pdus);
        let rooms = rooms.iter().map(|(room, pdus)| self.receive_in_room(origin, room, pdus));
        let mut results = Results::new();
        for room in join_all(rooms).await {
            results.append(&mut room?);
        }
        for edu in &edus {
            self.receive_edu(origin, edu).await?;
        }
        self.remember(origin, txn, &results).await?;
        Ok(results)
    }

    async fn receive_in_room(
        &self,
        origin: &ServerName,
        room: &RoomId,
        pdus: &[Box<RawValue>],
    ) -> Result<Results, RoomError> {
        let Some(room) = self.inner.rooms.room(room)? else {
            tracing::debug!(%room, server = %origin, "events of a room that is not known here");
            return Ok(Results::new());
        };
        let counters = &self.inner.inbound.counters;
        if !self.inner.rooms.acl_allows(room.num, origin)? {
            counters.refused(pdus.len());
            return Ok(all_refused(&room, pdus, "the room's access control list keeps your server out"));
        }
        let checked = self.check_pdus(pdus.iter().map(AsRef::as_ref), &room.rules).await?;
        let (mut good, mut results) = (Vec::new(), Results::new());
        for (pdu, json) in checked.into_iter().zip(pdus) {
            match pdu {
                Ok(pdu) => good.push(pdu),
                Err(error) => {
                    counters.refused(1);
                    tracing::debug!(room = %room.id, server = %origin, %error, "an event was refused");
                    if let Ok(id) = id_of(&room, json) {
                        results.insert(id, Err(reason(&error)));
                    }
                }
            }
        }
        if self.inner.rooms.is_resident(room.num)? {
            self.receive_checked(origin, &room, good, &mut results).await?;
        } else {
            for pdu in good {
                let result = self.receive_outside(&room, &pdu).await?;
                results.insert(pdu.event_id().to_owned(), result);
            }
        }
        Ok(results)
    }

    /// Takes in what can be taken in, and puts aside what has to wait.
    async fn receive_checked(
        &self,
        origin: &ServerName,
        room: &RoomRef,
        pdus: Vec<Pdu>,
        results: &mut Results,
    ) -> Result<(), RoomError> {
        let outcomes = self.inner.rooms.receive_all(&room.id, pdus.clone()).await?;
        let (mut arrived, mut early) = (Vec::new(), Vec::new());
        let mut space = self.room_for_more(room.num);
        for (pdu, outcome) in pdus.into_iter().zip(outcomes) {
            let id = pdu.event_id().to_owned();
            if let Ok(outcome) = &outcome {
                self.inner.inbound.counters.outcome(outcome);
            }
            let result = match outcome {
                Ok(Outcome::Accepted(_) | Outcome::SoftFailed(..)) => {
                    arrived.push(id.clone());
                    Ok(())
                }
                Ok(Outcome::Rejected(_, why)) => {
                    arrived.push(id.clone());
                    Err(reason(&why))
                }
                Ok(Outcome::Missing { .. }) if space == 0 => {
                    Err("too many events of this room wait for events that are missing".to_owned())
                }
                Ok(Outcome::Missing { prev, auth }) => {
                    space -= 1;
                    let waiting = Waiting {
                        origin: origin.to_owned(),
                        depth: pdu.depth(),
                        tries: 0,
                        next_ms: 0,
                        missing: prev.into_iter().chain(auth).collect(),
                    };
                    early.push((pdu, waiting));
                    Ok(())
                }
                Err(error @ (RoomError::Write(_) | RoomError::Read(_))) => return Err(error),
                Err(error) => {
                    tracing::warn!(room = %room.id, event = %id, %error, "an event could not be taken in");
                    Err(reason(&error))
                }
            };
            results.insert(id, result);
        }
        self.arrived(room.num, arrived.iter().map(AsRef::as_ref));
        if !early.is_empty() {
            self.put_aside(room.num, &early).await?;
            let early = early.into_iter().map(|(pdu, waiting)| (pdu.event_id().to_owned(), waiting));
            self.enqueue(room.num, early.collect());
        }
        Ok(())
    }

    /// An event of a room that nobody of this server is in: it may take back an invite.
    async fn receive_outside(&self, room: &RoomRef, pdu: &Pdu) -> Result<Result<(), String>, RoomError> {
        if self.inner.rooms.rescind(pdu.clone()).await? {
            return Ok(Ok(()));
        }
        tracing::debug!(room = %room.id, event = %pdu.event_id(), "an event of a room that nobody here is in");
        Ok(Err("nobody of this server is in the room".to_owned()))
    }
}

/// The events by the rooms that they say they are of, each room's in their order. Those that name none can't be of any.
fn by_room(pdus: Vec<Box<RawValue>>) -> Vec<(OwnedRoomId, Vec<Box<RawValue>>)> {
    #[derive(Deserialize)]
    struct Room {
        room_id: OwnedRoomId,
    }
    let mut rooms: Vec<(OwnedRoomId, Vec<Box<RawValue>>)> = Vec::new();
    for pdu in pdus {
        let Ok(Room { room_id }) = serde_json::from_str(pdu.get()) else { continue };
        match rooms.iter_mut().find(|(known, _)| *known == room_id) {
            Some((_, pdus)) => pdus.push(pdu),
            None => rooms.push((room_id, vec![pdu])),
        }
    }
    rooms
}

fn all_refused(room: &RoomRef, pdus: &[Box<RawValue>], why: &str) -> Results {
    pdus.iter().filter_map(|json| id_of(room, json).ok()).map(|id| (id, Err(why.to_owned()))).collect()
}

fn id_of(room: &RoomRef, json: &RawValue) -> Result<OwnedEventId, PduError> {
    Pdu::from_json(json.get(), &room.rules).map(|pdu| EventId::to_owned(pdu.event_id()))
}

fn reason(why: &impl ToString) -> String {
    why.to_string().chars().take(LONGEST_REASON).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{json, value::to_raw_value};

    #[test]
    fn events_are_sorted_by_room_and_what_names_none_is_left_out() {
        let raw = |value| to_raw_value(&value).unwrap();
        let pdus = vec![
            raw(json!({"room_id": "!a:x", "n": 1})),
            raw(json!({"room_id": "!b:x"})),
            raw(json!({"room_id": 5})),
            raw(json!([])),
            raw(json!({"room_id": "!a:x", "n": 2})),
        ];
        let rooms = by_room(pdus);
        let shape: Vec<_> = rooms.iter().map(|(room, pdus)| (room.as_str(), pdus.len())).collect();
        assert_eq!(shape, [("!a:x", 2), ("!b:x", 1)]);
        assert!(rooms[0].1[1].get().contains('2'));
    }
}
