//! Files of other servers: copies that are kept for a while.

use crate::{
    error::{MediaError, Result},
    find::Found,
    media::{Inner, Media},
    rows::{FileRow, MediaRow, MediaState},
    upload::About,
};
use bytes::Bytes;
use futures_util::Stream;
use rooms::UserNum;
use std::fmt::Display;
use storage::tables;

/// In the place of an account: whose the copies are.
pub(crate) const ELSEWHERE: UserNum = UserNum(u64::MAX - 1);

impl Media {
    /// The file that another server has under an id: the copy that is here, else what `fetch` brings, of which a copy is kept.
    /// Whoever wants it at the same time waits for the same fetch.
    ///
    /// # Errors
    /// Those of `fetch`; `TooLarge`, `Invalid`, `Interrupted`, `Files`, `Read` or `Write`.
    pub async fn from_elsewhere<S, E, X>(
        &self,
        server: &str,
        id: &str,
        fetch: impl AsyncFnOnce() -> std::result::Result<(About, S), X>,
    ) -> std::result::Result<Found, X>
    where
        S: Stream<Item = std::result::Result<Bytes, E>> + Unpin,
        E: Display,
        X: From<MediaError>,
    {
        let inner = &*self.0;
        let _turn = inner.fetching.lock((server.to_owned(), id.to_owned())).await;
        if let Some(found) = inner.copy(server, id)? {
            return Ok(found);
        }
        let (about, body) = fetch().await?;
        about.check()?;
        let staged = inner.staging.take(body, inner.settings.max_bytes).await.map_err(X::from)?;
        let About { content_type, file_name } = about;
        let file = FileRow { hash: staged.hash, size: staged.size, content_type, file_name };
        let size = staged.size;
        let row = MediaRow {
            user: Some(ELSEWHERE.0),
            created_ms: inner.clock.now_ms(),
            state: MediaState::Stored(file.clone()),
        };
        let key = (server.to_owned(), id.to_owned());
        inner
            .settle(staged, |commit| {
                inner.count(commit, Some(ELSEWHERE), size)?;
                commit.put_record(tables::MEDIA, &key, &row);
                Ok(())
            })
            .await?;
        Ok(Found::of(file))
    }

    /// Removes copies that have been here for longer than the operator wants.
    pub(crate) async fn forget_copies(&self) -> Result<()> {
        let inner = &*self.0;
        let Some(keep) = inner.settings.keep_copies else { return Ok(()) };
        let keep = u64::try_from(keep.as_millis()).unwrap_or(u64::MAX);
        let before = inner.clock.now_ms().saturating_sub(keep);
        let mut old = Vec::new();
        // Own files, which may be many, are not looked at.
        let own = &inner.server_name;
        let before_own =
            inner.store.scan_records::<MediaRow, _>(tables::MEDIA, ..(own.clone(), String::new()));
        let after_own =
            inner.store.scan_records::<MediaRow, _>(tables::MEDIA, (format!("{own}\0"), String::new())..);
        for row in before_own.chain(after_own) {
            let (key, row) = row?;
            if row.created_ms < before {
                old.push(key);
            }
        }
        for (server, id) in old {
            match self.remove(&server, &id).await {
                Ok(()) | Err(MediaError::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Inner {
    fn copy(&self, server: &str, id: &str) -> Result<Option<Found>> {
        match self.look(server, id) {
            Err(MediaError::NotFound) => Ok(None),
            found => found,
        }
    }
}
