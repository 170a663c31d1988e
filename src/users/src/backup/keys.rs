//! The keys in a backup.

use super::{Backups, merge::SessionRecord, no_such_version, parse};
use crate::{
    core::Core,
    error::{Result, UserError},
};
use rooms::ids::UserNum;
use ruma::{OwnedRoomId, RoomId};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use storage::tables;

/// Keys by room and session id, as clients send and read them.
pub type RoomSessions = BTreeMap<OwnedRoomId, BTreeMap<String, Box<RawValue>>>;

/// Which keys of a backup.
#[derive(Debug, Clone, Copy)]
pub enum Scope<'a> {
    /// All of them.
    All,
    /// Those of a room.
    Room(&'a RoomId),
    /// One.
    Session(&'a RoomId, &'a str),
}

/// What a backup holds after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Keys in it.
    pub count: u64,
    /// Another text after each change.
    pub etag: String,
}

impl Backups {
    /// Adds keys to the current version; of two keys of a session the better one stays.
    pub async fn add(&self, user: UserNum, version: &str, keys: &RoomSessions) -> Result<Stored> {
        let limits = self.core.settings.limits;
        if keys.values().map(BTreeMap::len).sum::<usize>() > limits.backup_sessions_per_request {
            return Err(UserError::TooLarge("There are too many keys in one request.".into()));
        }
        let number = parse(version)?;
        let _turn = self.core.turn(user).await;
        let mut record = self.latest(user, number)?.ok_or_else(no_such_version)?;
        if let Some(current) = self.newest(user)?.filter(|current| *current != number) {
            return Err(UserError::WrongBackupVersion { current: current.to_string() });
        }
        let mut commit = Core::change().positions(0);
        let mut changed = false;
        for (room, sessions) in keys {
            for (session, json) in sessions {
                check_session_id(session)?;
                let new = SessionRecord::parse(json, limits.backup_session_bytes)?;
                let key = (user.0, number, room.to_string(), session.clone());
                let old: Option<SessionRecord> =
                    self.core.store.latest_record(tables::BACKUP_SESSIONS, &key)?;
                if old.as_ref().is_some_and(|old| !new.replaces(old)) {
                    continue;
                }
                record.count += u64::from(old.is_none());
                changed = true;
                commit.put_record(tables::BACKUP_SESSIONS, &key, &new);
            }
        }
        if changed {
            record.etag += 1;
            commit.put_record(tables::BACKUP_VERSIONS, &(user.0, number), &record);
            self.core.commit(commit).await?;
        }
        Ok(Stored { count: record.count, etag: record.etag.to_string() })
    }

    /// Reads keys of any version.
    pub fn keys(&self, user: UserNum, version: &str, scope: Scope<'_>) -> Result<RoomSessions> {
        let number = parse(version)?;
        self.version(user, version)?.ok_or_else(no_such_version)?;
        let mut keys = RoomSessions::new();
        for ((_, _, room, session), record) in self.rows(user, number, scope)? {
            let room = RoomId::parse(room).map_err(UserError::corrupt)?;
            keys.entry(room).or_default().insert(session, record.to_json()?);
        }
        Ok(keys)
    }

    /// Deletes keys.
    pub async fn delete_keys(&self, user: UserNum, version: &str, scope: Scope<'_>) -> Result<Stored> {
        let number = parse(version)?;
        let _turn = self.core.turn(user).await;
        let mut record = self.latest(user, number)?.ok_or_else(no_such_version)?;
        let rows = self.rows(user, number, scope)?;
        if !rows.is_empty() {
            let mut commit = Core::change().positions(0);
            record.count = record.count.saturating_sub(rows.len() as u64);
            record.etag += 1;
            for (key, _) in rows {
                commit.delete(tables::BACKUP_SESSIONS, &key);
            }
            commit.put_record(tables::BACKUP_VERSIONS, &(user.0, number), &record);
            self.core.commit(commit).await?;
        }
        Ok(Stored { count: record.count, etag: record.etag.to_string() })
    }

    fn rows(&self, user: UserNum, version: u64, scope: Scope<'_>) -> Result<Vec<(Key, SessionRecord)>> {
        let store = &self.core.store;
        let table = tables::BACKUP_SESSIONS;
        Ok(match scope {
            Scope::All => store.latest_prefix_records(table, &(user.0, version))?,
            Scope::Room(room) => store.latest_prefix_records(table, &(user.0, version, room.as_str()))?,
            Scope::Session(room, session) => {
                store.latest_prefix_records(table, &(user.0, version, room.as_str(), session))?
            }
        })
    }

    fn newest(&self, user: UserNum) -> Result<Option<u64>> {
        let rows = self
            .core
            .store
            .latest_prefix_records::<super::VersionRecord, _>(tables::BACKUP_VERSIONS, &user.0)?;
        Ok(rows.into_iter().rev().find(|(_, record)| !record.deleted).map(|((_, version), _)| version))
    }
}

type Key = (u64, u64, String, String);

fn check_session_id(session: &str) -> Result<()> {
    if session.is_empty() || session.len() > 255 {
        return Err(UserError::invalid("A session id has 1 to 255 bytes."));
    }
    Ok(())
}
