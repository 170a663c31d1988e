//! Files come in.

use crate::{
    error::{MediaError, Result},
    media::{Inner, Media},
    pending::topic,
    rows::{FileRow, MediaRow, MediaState},
    staging::Staged,
};
use bytes::Bytes;
use futures_util::Stream;
use rooms::UserNum;
use std::fmt::Display;
use storage::{Commit, tables};

/// The longest name of a file, in bytes.
const MAX_NAME: usize = 512;
/// The longest media type, in bytes.
const MAX_TYPE: usize = 255;

/// What an uploader says of a file.
#[derive(Debug, Clone, Default)]
pub struct About {
    /// The media type, as it is to be told to others.
    pub content_type: Option<String>,
    /// The name.
    pub file_name: Option<String>,
}

impl About {
    pub(crate) fn check(&self) -> Result<()> {
        let long = |text: &Option<String>, most| text.as_ref().is_some_and(|text| text.len() > most);
        if long(&self.file_name, MAX_NAME) {
            return Err(MediaError::Invalid("The name of a file may have 512 bytes."));
        }
        if long(&self.content_type, MAX_TYPE) {
            return Err(MediaError::Invalid("A content type may have 255 bytes."));
        }
        Ok(())
    }
}

impl Media {
    /// Takes a file and gives it an id.
    ///
    /// # Errors
    /// `TooLarge`, `OverQuota`, `Invalid`, `Interrupted`, `Files`, `Read` or `Write`.
    pub async fn upload<S, E>(&self, user: UserNum, about: About, body: S) -> Result<String>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: Display,
    {
        about.check()?;
        let inner = &*self.0;
        inner.within_quota(Some(user), 0)?;
        let staged = inner.staging.take(body, inner.settings.max_bytes).await?;
        inner.keep(Some(user), about, staged).await
    }

    /// Takes the file of an id that `user` reserved.
    ///
    /// # Errors
    /// `NotFound` for ids that do not exist or have expired, `NotCreator`, `AlreadyUploaded`, and those of [`Media::upload`].
    pub async fn upload_to<S, E>(&self, user: UserNum, id: &str, about: About, body: S) -> Result<()>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
        E: Display,
    {
        about.check()?;
        let inner = &*self.0;
        let now = inner.clock.now_ms();
        let row = inner.reserved(user, id)?;
        if matches!(row.state, MediaState::Pending { expires_ms } if expires_ms <= now) {
            return Err(MediaError::NotFound);
        }
        inner.within_quota(Some(user), 0)?;
        let staged = inner.staging.take(body, inner.settings.max_bytes).await?;
        let (hash, size) = (staged.hash, staged.size);
        inner
            .settle(staged, |commit| {
                // The upload began in time; how long it took does not matter.
                let row = inner.reserved(user, id)?;
                let About { content_type, file_name } = about.clone();
                let state = MediaState::Stored(FileRow { hash, size, content_type, file_name });
                inner.within_quota(Some(user), size)?;
                inner.count(commit, Some(user), size)?;
                commit.delete(tables::PENDING_MEDIA, &(user.0, id.to_owned()));
                commit.put_record(tables::MEDIA, &inner.key(id), &MediaRow { state, ..row });
                commit.topic(topic(id));
                Ok(())
            })
            .await
    }
}

impl Inner {
    /// Gives a staged file an id of its own.
    pub(crate) async fn keep(&self, user: Option<UserNum>, about: About, staged: Staged) -> Result<String> {
        let id = self.new_id();
        let About { content_type, file_name } = about;
        let file = FileRow { hash: staged.hash, size: staged.size, content_type, file_name };
        let row = MediaRow {
            user: user.map(|user| user.0),
            created_ms: self.clock.now_ms(),
            state: MediaState::Stored(file),
        };
        let size = staged.size;
        self.settle(staged, |commit| {
            self.within_quota(user, size)?;
            self.count(commit, user, size)?;
            commit.put_record(tables::MEDIA, &self.key(&id), &row);
            Ok(())
        })
        .await?;
        Ok(id)
    }

    /// The row of an id that `user` reserved and that has no file yet.
    fn reserved(&self, user: UserNum, id: &str) -> Result<MediaRow> {
        let row: Option<MediaRow> = self.store.latest_record(tables::MEDIA, &self.key(id))?;
        let row = row.ok_or(MediaError::NotFound)?;
        if row.user() != Some(user) {
            return Err(MediaError::NotCreator);
        }
        match row.state {
            MediaState::Pending { .. } => Ok(row),
            MediaState::Stored(_) => Err(MediaError::AlreadyUploaded),
        }
    }

    /// Whether `more` bytes fit into what the account, or the server for itself, may have.
    pub(crate) fn within_quota(&self, user: Option<UserNum>, more: u64) -> Result<()> {
        let limit = if user.is_some() { self.settings.user_bytes } else { Some(self.settings.fetched_bytes) };
        let Some(limit) = limit else { return Ok(()) };
        let (bytes, _) = self.store.latest(tables::MEDIA_USAGE, &owner(user))?.unwrap_or_default();
        if bytes.saturating_add(more) > limit || bytes == limit {
            return Err(MediaError::OverQuota { limit });
        }
        Ok(())
    }

    /// One more file of the account, or of the server itself.
    pub(crate) fn count(&self, commit: &mut Commit, user: Option<UserNum>, size: u64) -> Result<()> {
        let (bytes, files) = self.store.latest(tables::MEDIA_USAGE, &owner(user))?.unwrap_or_default();
        commit.put(
            tables::MEDIA_USAGE,
            &owner(user),
            &(bytes.saturating_add(size), files.saturating_add(1_u64)),
        );
        Ok(())
    }

    /// One file less.
    pub(crate) fn discount(&self, commit: &mut Commit, user: Option<UserNum>, size: u64) -> Result<()> {
        let (bytes, files) = self.store.latest(tables::MEDIA_USAGE, &owner(user))?.unwrap_or_default();
        let rest = (bytes.saturating_sub(size), files.saturating_sub(1_u64));
        commit.put(tables::MEDIA_USAGE, &owner(user), &rest);
        Ok(())
    }
}

/// The key of an account's usage; what the server fetched itself is under the number that no account has.
pub(crate) fn owner(user: Option<UserNum>) -> u64 {
    user.map_or(u64::MAX, |user| user.0)
}
