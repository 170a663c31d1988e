//! What people report to those who run the server (spec "Reporting content").

use crate::{
    core::Core,
    error::{Result, UserError},
};
use rooms::ids::{RoomNum, UserNum};
use ruma::{OwnedEventId, OwnedUserId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use storage::{Commit, tables};

/// The longest reason, in bytes.
const LONGEST_REASON: usize = 4_000;
/// For how long reports are kept, and how many at the most; older ones go first.
const LIFETIME_MS: u64 = 365 * 24 * 60 * 60 * 1000;
const MOST_KEPT: usize = 10_000;

/// What a report is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reported {
    /// An event of a room.
    Event(RoomNum, OwnedEventId),
    /// A room.
    Room(RoomNum),
    /// A person, of any server.
    User(OwnedUserId),
}

/// A report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Its number; newer ones have greater ones.
    pub id: u64,
    /// What it is about.
    pub about: Reported,
    /// Who reports it.
    pub reporter: UserNum,
    /// Why, in their words.
    pub reason: String,
    /// How bad it is, from -100 to 0, as old clients say.
    pub score: Option<i64>,
    /// When it came, in milliseconds since the epoch.
    pub received_ms: u64,
}

/// How a report is stored.
#[derive(Debug, Serialize, Deserialize)]
struct ReportRecord {
    reporter: u64,
    room: Option<u64>,
    event: Option<OwnedEventId>,
    user: Option<OwnedUserId>,
    reason: String,
    score: Option<i64>,
    received_ms: u64,
}

/// Keeps reports.
pub struct Reports {
    core: Arc<Core>,
}

impl Reports {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        Self { core }
    }

    /// Keeps a report.
    pub async fn add(
        &self,
        reporter: UserNum,
        about: Reported,
        reason: String,
        score: Option<i64>,
    ) -> Result<()> {
        if reason.len() > LONGEST_REASON {
            return Err(UserError::TooLarge(format!("A reason has at most {LONGEST_REASON} bytes.")));
        }
        let (room, event, user) = match about {
            Reported::Event(room, event) => (Some(room.0), Some(event), None),
            Reported::Room(room) => (Some(room.0), None, None),
            Reported::User(user) => (None, None, Some(user)),
        };
        let received_ms = self.core.now_ms();
        let record = ReportRecord { reporter: reporter.0, room, event, user, reason, score, received_ms };
        let mut commit = Core::change();
        commit.with_position(move |position, ops| ops.put_record(tables::REPORTS, &position.0, &record));
        self.core.commit(commit).await?;
        Ok(())
    }

    /// All reports, the newest first.
    pub fn all(&self) -> Result<Vec<Report>> {
        let rows = self.core.store.scan_records_back::<ReportRecord, _>(tables::REPORTS, ..);
        rows.map(|row| row.map_err(Into::into).and_then(|(id, record)| report(id, record))).collect()
    }

    /// One report.
    pub fn get(&self, id: u64) -> Result<Option<Report>> {
        let record = self.core.store.get_record(tables::REPORTS, &id)?;
        record.map(|record| report(id, record)).transpose()
    }

    /// Removes a report that was dealt with; nothing happens if there is none.
    pub async fn remove(&self, id: u64) -> Result<()> {
        let mut commit = Core::change().positions(0);
        commit.delete(tables::REPORTS, &id);
        self.core.commit(commit).await?;
        Ok(())
    }

    /// Clears away what is too old, or too much.
    pub(crate) async fn tidy(&self) -> Result<()> {
        let oldest = self.core.now_ms().saturating_sub(LIFETIME_MS);
        let mut commit: Option<Commit> = None;
        let rows = self.core.store.scan_records_back::<ReportRecord, _>(tables::REPORTS, ..);
        for (index, row) in rows.enumerate() {
            let (id, record) = row?;
            if index >= MOST_KEPT || record.received_ms < oldest {
                commit.get_or_insert_with(|| Core::lazy().positions(0)).delete(tables::REPORTS, &id);
            }
        }
        if let Some(commit) = commit {
            self.core.commit(commit).await?;
        }
        Ok(())
    }
}

fn report(id: u64, record: ReportRecord) -> Result<Report> {
    let about = match (record.room, record.event, record.user) {
        (Some(room), Some(event), None) => Reported::Event(RoomNum(room), event),
        (Some(room), None, None) => Reported::Room(RoomNum(room)),
        (None, None, Some(user)) => Reported::User(user),
        _ => return Err(UserError::corrupt("a report about nothing")),
    };
    Ok(Report {
        id,
        about,
        reporter: UserNum(record.reporter),
        reason: record.reason,
        score: record.score,
        received_ms: record.received_ms,
    })
}
