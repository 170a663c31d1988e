//! Files go for good.

use crate::{
    content::ContentHash,
    error::{MediaError, Result},
    media::{Inner, Media, commit},
    rows::{ContentRow, MediaRow, MediaState, ThumbnailRow},
};
use std::collections::BTreeMap;
use storage::{Commit, tables};

impl Media {
    /// Removes what is under an id, and its bytes and thumbnails if nothing else uses them. When it returns, nobody gets the
    /// file from here any more, after a crash neither.
    ///
    /// # Errors
    /// `NotFound`, `Files`, `Read` or `Write`.
    pub async fn remove(&self, server: &str, id: &str) -> Result<()> {
        let inner = &*self.0;
        let key = (server.to_owned(), id.to_owned());
        let (ticket, gone) = {
            let _books = inner.books.lock();
            let row: MediaRow =
                inner.store.latest_record(tables::MEDIA, &key)?.ok_or(MediaError::NotFound)?;
            let mut commit = commit();
            commit.delete(tables::MEDIA, &key);
            let gone = match (&row.state, row.user()) {
                (MediaState::Pending { .. }, Some(user)) => {
                    commit.delete(tables::PENDING_MEDIA, &(user.0, id.to_owned()));
                    Vec::new()
                }
                (MediaState::Pending { .. }, None) => Vec::new(),
                (MediaState::Stored(file), user) => {
                    inner.discount(&mut commit, user, file.size)?;
                    inner.release(&mut commit, file.hash)?
                }
            };
            (inner.store.submit(commit)?, gone)
        };
        ticket.await?;
        for hash in gone {
            inner.clear(hash).await?;
        }
        Ok(())
    }
}

impl Inner {
    /// Takes back one use of a content; with the last use its row and its thumbnails go. The contents whose files are to be
    /// cleared, which are marked for that.
    fn release(&self, commit: &mut Commit, hash: ContentHash) -> Result<Vec<ContentHash>> {
        let mut left: BTreeMap<ContentHash, Option<ContentRow>> = BTreeMap::new();
        let mut releases = vec![hash];
        while let Some(hash) = releases.pop() {
            let row = match left.get(&hash) {
                Some(row) => *row,
                None => self.store.latest_record(tables::CONTENT, &hash.0)?,
            };
            let Some(row) = row else { continue };
            if row.uses > 1 {
                left.insert(hash, Some(ContentRow { uses: row.uses - 1, ..row }));
                continue;
            }
            left.insert(hash, None);
            let thumbnails = self.store.latest_prefix_records(tables::THUMBNAILS, &hash.0)?;
            for (key, thumbnail) in thumbnails {
                let thumbnail: ThumbnailRow = thumbnail;
                commit.delete(tables::THUMBNAILS, &key);
                // A thumbnail that is the picture itself is no use of it.
                if thumbnail.hash != hash {
                    releases.push(thumbnail.hash);
                }
            }
        }
        let mut gone = Vec::new();
        for (hash, row) in left {
            if let Some(row) = row {
                commit.put_record(tables::CONTENT, &hash.0, &row);
            } else {
                commit.delete(tables::CONTENT, &hash.0);
                commit.put(tables::UNSETTLED_CONTENT, &hash.0, &());
                gone.push(hash);
            }
        }
        Ok(gone)
    }
}
