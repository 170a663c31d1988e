//! Key backup (spec "Server-side key backups"): room keys that a client encrypted for its owner's other devices.
//!
//! The newest version is the current one, and only it takes keys. Each change of what a version holds changes its etag.

mod keys;
mod merge;

pub use self::keys::{RoomSessions, Scope, Stored};

use crate::{
    core::Core,
    error::{Result, UserError},
};
use rooms::ids::UserNum;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::sync::Arc;
use storage::tables;

/// How a version is stored; a deleted one stays as an empty row, so that no version number comes twice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct VersionRecord {
    algorithm: String,
    /// A JSON object.
    auth_data: String,
    etag: u64,
    count: u64,
    deleted: bool,
}

/// A version of the backup.
#[derive(Debug, Clone)]
pub struct Version {
    /// Its number, as a text.
    pub version: String,
    /// How the keys are encrypted.
    pub algorithm: String,
    /// What the algorithm needs, a JSON object.
    pub auth_data: Box<RawValue>,
    /// Keys in it.
    pub count: u64,
    /// Another text after each change.
    pub etag: String,
}

/// Keeps backups.
pub struct Backups {
    core: Arc<Core>,
}

impl Backups {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        Self { core }
    }

    /// Begins a new version, which is the current one from now on.
    pub async fn create(&self, user: UserNum, algorithm: &str, auth_data: &RawValue) -> Result<String> {
        check(algorithm, auth_data)?;
        let _turn = self.core.turn(user).await;
        let rows =
            self.core.store.latest_prefix_records::<VersionRecord, _>(tables::BACKUP_VERSIONS, &user.0)?;
        if rows.iter().filter(|(_, record)| !record.deleted).count()
            >= self.core.settings.limits.backup_versions
        {
            return Err(UserError::Limit("There are too many backup versions; delete some first.".into()));
        }
        let version = rows.last().map_or(1, |((_, version), _)| version + 1);
        let record = VersionRecord {
            algorithm: algorithm.to_owned(),
            auth_data: auth_data.get().to_owned(),
            etag: 0,
            count: 0,
            deleted: false,
        };
        let mut commit = Core::change().positions(0);
        commit.put_record(tables::BACKUP_VERSIONS, &(user.0, version), &record);
        // Tombstones but the newest are not needed to count on.
        for ((_, old), record) in &rows {
            if record.deleted {
                commit.delete(tables::BACKUP_VERSIONS, &(user.0, *old));
            }
        }
        self.core.commit(commit).await?;
        Ok(version.to_string())
    }

    /// The current version.
    pub fn current(&self, user: UserNum) -> Result<Option<Version>> {
        let rows =
            self.core.store.scan_prefix_records_back::<VersionRecord, _>(tables::BACKUP_VERSIONS, &user.0);
        for row in rows {
            let ((_, version), record) = row?;
            if !record.deleted {
                return record.into_version(version).map(Some);
            }
        }
        Ok(None)
    }

    /// One version.
    pub fn version(&self, user: UserNum, version: &str) -> Result<Option<Version>> {
        let Ok(number) = parse(version) else { return Ok(None) };
        let record: Option<VersionRecord> =
            self.core.store.get_record(tables::BACKUP_VERSIONS, &(user.0, number))?;
        record.filter(|record| !record.deleted).map(|record| record.into_version(number)).transpose()
    }

    /// Changes `auth_data`; the algorithm stays.
    pub async fn update(
        &self,
        user: UserNum,
        version: &str,
        algorithm: &str,
        auth_data: &RawValue,
    ) -> Result<()> {
        check(algorithm, auth_data)?;
        let number = parse(version)?;
        let _turn = self.core.turn(user).await;
        let mut record = self.latest(user, number)?.ok_or_else(no_such_version)?;
        if record.algorithm != algorithm {
            return Err(UserError::invalid("The algorithm of a backup can't change."));
        }
        auth_data.get().clone_into(&mut record.auth_data);
        let mut commit = Core::change().positions(0);
        commit.put_record(tables::BACKUP_VERSIONS, &(user.0, number), &record);
        self.core.commit(commit).await?;
        Ok(())
    }

    /// Deletes a version with its keys; nothing happens if it is gone already.
    pub async fn delete(&self, user: UserNum, version: &str) -> Result<()> {
        let number = parse(version)?;
        let _turn = self.core.turn(user).await;
        let mut record = self.latest(user, number)?.ok_or_else(no_such_version)?;
        record.deleted = true;
        "{}".clone_into(&mut record.auth_data);
        record.count = 0;
        let mut commit = Core::change().positions(0);
        commit.put_record(tables::BACKUP_VERSIONS, &(user.0, number), &record);
        commit.delete_prefix(tables::BACKUP_SESSIONS, &(user.0, number));
        self.core.commit(commit).await?;
        Ok(())
    }

    fn latest(&self, user: UserNum, version: u64) -> Result<Option<VersionRecord>> {
        let record: Option<VersionRecord> =
            self.core.store.latest_record(tables::BACKUP_VERSIONS, &(user.0, version))?;
        Ok(record.filter(|record| !record.deleted))
    }
}

impl VersionRecord {
    fn into_version(self, version: u64) -> Result<Version> {
        Ok(Version {
            version: version.to_string(),
            algorithm: self.algorithm,
            auth_data: RawValue::from_string(self.auth_data).map_err(UserError::corrupt)?,
            count: self.count,
            etag: self.etag.to_string(),
        })
    }
}

fn check(algorithm: &str, auth_data: &RawValue) -> Result<()> {
    if algorithm.is_empty() || algorithm.len() > 255 {
        return Err(UserError::invalid("The algorithm has 1 to 255 bytes."));
    }
    if !auth_data.get().starts_with('{') {
        return Err(UserError::BadJson("auth_data is an object.".into()));
    }
    if auth_data.get().len() > 65_536 {
        return Err(UserError::TooLarge("auth_data is too large.".into()));
    }
    Ok(())
}

fn parse(version: &str) -> Result<u64> {
    version.parse().map_err(|_| no_such_version())
}

fn no_such_version() -> UserError {
    UserError::not_found("There is no such backup version.")
}
