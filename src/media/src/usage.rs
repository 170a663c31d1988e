//! How much is stored, for operators.

use crate::{Media, error::Result, remote::ELSEWHERE, upload::owner};
use storage::tables;

/// Files and their bytes; content that is there once counts for each of its files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// In bytes.
    pub bytes: u64,
    /// Files.
    pub files: u64,
}

/// How much is stored, by where it came from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MediaUsage {
    /// What people of this server uploaded.
    pub people: Usage,
    /// Copies of other servers' files.
    pub servers: Usage,
    /// Pictures of linked pages.
    pub pages: Usage,
}

impl Media {
    /// Adds up what there is: one row an account is read.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn usage(&self) -> Result<MediaUsage> {
        let mut usage = MediaUsage::default();
        for row in self.0.store.sweep(tables::MEDIA_USAGE, ..) {
            let (user, (bytes, files)) = row?;
            let sum = if user == owner(None) {
                &mut usage.pages
            } else if user == ELSEWHERE.0 {
                &mut usage.servers
            } else {
                &mut usage.people
            };
            sum.bytes = sum.bytes.saturating_add(bytes);
            sum.files = sum.files.saturating_add(files);
        }
        Ok(usage)
    }
}
