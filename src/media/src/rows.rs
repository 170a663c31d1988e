//! How media is stored, see the catalogue of tables.

use crate::content::ContentHash;
use rooms::UserNum;
use serde::{Deserialize, Serialize};

/// What is under a media id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct MediaRow {
    /// Who made it; nobody in particular for what the server fetched itself.
    pub(crate) user: Option<u64>,
    /// Milliseconds since the epoch.
    pub(crate) created_ms: u64,
    pub(crate) state: MediaState,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum MediaState {
    /// Nothing yet, and nothing may come after this time, milliseconds since the epoch.
    Pending { expires_ms: u64 },
    /// A file.
    Stored(FileRow),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FileRow {
    pub(crate) hash: ContentHash,
    pub(crate) size: u64,
    /// As the uploader said.
    pub(crate) content_type: Option<String>,
    pub(crate) file_name: Option<String>,
}

/// Content and how many rows name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ContentRow {
    pub(crate) size: u64,
    pub(crate) uses: u64,
}

/// A thumbnail: content of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ThumbnailRow {
    pub(crate) hash: ContentHash,
    pub(crate) size: u64,
    pub(crate) content_type: String,
}

impl MediaRow {
    pub(crate) fn user(&self) -> Option<UserNum> {
        self.user.map(UserNum)
    }
}
