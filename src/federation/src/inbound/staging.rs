//! `STAGED_PDUS`: events whose signatures are right and that wait for what comes before them.

use super::queue::Waiting;
use crate::Federation;
use events::Pdu;
use rooms::{RoomError, RoomNum};
use ruma::{EventId, OwnedEventId, OwnedServerName};
use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use storage::{Commit, Durability, tables};

/// A row.
#[derive(Debug, Serialize, Deserialize)]
struct StagedRecord {
    json: String,
    origin: String,
    depth: u64,
    tries: u32,
    next_ms: u64,
}

impl Federation {
    /// Puts events aside; they are on disk when this returns.
    pub(super) async fn put_aside(&self, room: RoomNum, staged: &[(Pdu, Waiting)]) -> Result<(), RoomError> {
        let mut commit = Commit::new(Durability::Sync).positions(0);
        for (pdu, waiting) in staged {
            put(&mut commit, room, pdu, waiting);
        }
        self.inner.store.commit(commit).await?;
        Ok(())
    }

    /// Writes down when an event is tried next. Not at once on the disk: it is tried once too often at worst.
    pub(super) async fn put_off(&self, room: RoomNum, pdu: &Pdu, waiting: &Waiting) -> Result<(), RoomError> {
        let mut commit = Commit::new(Durability::Lazy).positions(0);
        put(&mut commit, room, pdu, waiting);
        self.inner.store.commit(commit).await?;
        Ok(())
    }

    /// The event waits no more.
    pub(super) async fn unstage(&self, room: RoomNum, id: &EventId) -> Result<(), RoomError> {
        let mut commit = Commit::new(Durability::Lazy).positions(0);
        commit.delete(tables::STAGED_PDUS, &(room.0, id.to_string()));
        self.inner.store.commit(commit).await?;
        Ok(())
    }

    /// The event that waits under this id.
    pub(super) fn staged(&self, room: RoomNum, id: &EventId) -> Result<Option<Pdu>, RoomError> {
        let key = (room.0, id.to_string());
        let row = self.inner.store.latest_record::<StagedRecord, _>(tables::STAGED_PDUS, &key)?;
        let Some(row) = row else { return Ok(None) };
        let pdu = Pdu::from_stored(id.to_owned(), row.json);
        pdu.map(Some).map_err(|_| RoomError::Damaged("an event that waits"))
    }

    /// All that waits, for the start.
    pub(super) fn all_staged(&self) -> Result<Vec<(RoomNum, OwnedEventId, Waiting)>, RoomError> {
        let damaged = || RoomError::Damaged("an event that waits");
        let mut all = Vec::new();
        for row in self.inner.store.scan_records::<StagedRecord, _>(tables::STAGED_PDUS, ..) {
            let ((room, id), row) = row?;
            let id = EventId::parse(id).map_err(|_| damaged())?;
            let waiting = Waiting {
                origin: OwnedServerName::try_from(row.origin).map_err(|_| damaged())?,
                depth: row.depth,
                tries: row.tries,
                next_ms: row.next_ms,
                // Found out when it is tried.
                missing: HashSet::new(),
            };
            all.push((RoomNum(room), id, waiting));
        }
        Ok(all)
    }
}

fn put(commit: &mut Commit, room: RoomNum, pdu: &Pdu, waiting: &Waiting) {
    let record = StagedRecord {
        json: pdu.json().to_owned(),
        origin: waiting.origin.to_string(),
        depth: waiting.depth,
        tries: waiting.tries,
        next_ms: waiting.next_ms,
    };
    commit.put_record(tables::STAGED_PDUS, &(room.0, pdu.event_id().to_string()), &record);
}
