//! Files go out.

use crate::{
    content::{ContentHash, ContentStream},
    error::{MediaError, Result},
    media::{Inner, Media},
    pending::topic,
    rows::{FileRow, MediaRow, MediaState},
};
use std::{io, ops::Range, time::Duration};
use storage::tables;

/// The longest that anybody waits for an upload.
const MAX_WAIT: Duration = Duration::from_secs(60);

/// A file that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Its content.
    pub hash: ContentHash,
    /// Its size, in bytes.
    pub size: u64,
    /// What the uploader said it is.
    pub content_type: Option<String>,
    /// What the uploader called it.
    pub file_name: Option<String>,
}

impl Found {
    pub(crate) fn of(file: FileRow) -> Self {
        let FileRow { hash, size, content_type, file_name } = file;
        Self { hash, size, content_type, file_name }
    }
}

impl Media {
    /// The file under an id; of other servers' files only what is kept of them here. If it has not come yet, it is waited for up to `patience`;
    /// not when the server stops.
    ///
    /// # Errors
    /// `NotFound`, `NotYetUploaded` or `Read`.
    pub async fn find(&self, server: &str, id: &str, patience: Duration) -> Result<Found> {
        if server != self.0.server_name {
            return self.0.look(server, id)?.ok_or(MediaError::NotFound);
        }
        if let Some(found) = self.0.look(server, id)? {
            return Ok(found);
        }
        let wait = self.0.wait(server, id);
        tokio::time::timeout(patience.min(MAX_WAIT), wait).await.map_err(|_| MediaError::NotYetUploaded)?
    }

    /// The bytes of a file in `range`, which is within it.
    ///
    /// # Errors
    /// `NotFound` if it was removed in the meantime; `Files`.
    pub async fn read(&self, file: &Found, range: Range<u64>) -> Result<ContentStream> {
        self.0.content.read(file.hash, range).await.map_err(gone)
    }
}

/// Content that is removed between being found and being opened was not there; a row without its content stays an error that
/// shows in the log, as the row is looked up first.
pub(crate) fn gone(error: io::Error) -> MediaError {
    if error.kind() == io::ErrorKind::NotFound {
        tracing::warn!(
            "a file is missing that the database has: it was removed just now, or the media folder is not complete"
        );
        return MediaError::NotFound;
    }
    error.into()
}

impl Inner {
    /// The file under an id; `None` if it has not come yet.
    pub(crate) fn look(&self, server: &str, id: &str) -> Result<Option<Found>> {
        let key = (server.to_owned(), id.to_owned());
        let row: MediaRow = self.store.get_record(tables::MEDIA, &key)?.ok_or(MediaError::NotFound)?;
        match row.state {
            MediaState::Stored(file) => Ok(Some(Found::of(file))),
            MediaState::Pending { expires_ms } if expires_ms <= self.clock.now_ms() => {
                Err(MediaError::NotFound)
            }
            MediaState::Pending { .. } => Ok(None),
        }
    }

    async fn wait(&self, server: &str, id: &str) -> Result<Found> {
        let mut watch = self.store.watch([topic(id)]);
        loop {
            if let Some(found) = self.look(server, id)? {
                return Ok(found);
            }
            watch.changed().await.ok_or(MediaError::NotYetUploaded)?;
        }
    }
}
