//! What never changes about a room.

use std::sync::Arc;

use events::{RoomVersion, RoomVersionRules};
use ruma::{OwnedRoomId, RoomVersionId};
use serde::{Deserialize, Serialize};

use crate::{RoomError, cache::Weigh, ids::RoomNum};

/// A room: its number, its id and the rules it lives by.
#[derive(Debug)]
pub struct RoomInfo {
    /// The number that stands for it.
    pub num: RoomNum,
    /// The room id.
    pub id: OwnedRoomId,
    /// The room version.
    pub version: RoomVersionId,
    /// The rules of that version.
    pub rules: RoomVersionRules,
    /// When it came to this server, milliseconds since the epoch.
    pub since_ms: u64,
}

/// A room as it is handed around.
pub type RoomRef = Arc<RoomInfo>;

/// A row of `ROOMS`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct RoomRecord {
    pub(crate) id: String,
    pub(crate) version: String,
    pub(crate) since_ms: u64,
    /// A purge has begun; the room is gone for everyone and is to be removed from the disk.
    #[serde(default)]
    pub(crate) purging: bool,
}

impl RoomInfo {
    pub(crate) fn from_record(num: RoomNum, record: &RoomRecord) -> Result<Self, RoomError> {
        let damaged = RoomError::Damaged("a room with an id or version that makes no sense");
        let parsed = (OwnedRoomId::try_from(&*record.id), RoomVersionId::try_from(&*record.version));
        let (Ok(id), Ok(version)) = parsed else { return Err(damaged) };
        let Some(rules) = RoomVersion::rules(&version) else { return Err(damaged) };
        Ok(Self { num, id, version, rules, since_ms: record.since_ms })
    }

    pub(crate) fn record(&self) -> RoomRecord {
        RoomRecord {
            id: self.id.to_string(),
            version: self.version.to_string(),
            since_ms: self.since_ms,
            purging: false,
        }
    }
}

impl Weigh for RoomInfo {
    fn weight(&self) -> u64 {
        (size_of::<Self>() + self.id.as_str().len() + 32) as u64
    }
}
