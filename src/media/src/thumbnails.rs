//! Thumbnails (spec "Thumbnails"): made when first asked for, kept as content of their own.
//!
//! Promises: pictures are decoded off the async threads, a bounded number at once, and only up to a number of pixels; the same
//! thumbnail is never made twice at once; nothing is made larger than the picture.

mod picture;
mod variant;

pub(crate) use self::picture::measure;
pub use self::variant::{Method, Variant, Wanted};

use crate::{
    content::ContentHash,
    error::{MediaError, Result},
    find::{Found, gone},
    keyed::KeyedLocks,
    media::{Inner, Media},
    rows::{ContentRow, ThumbnailRow},
};
use picture::Picture;
use std::{sync::Arc, time::Duration};
use storage::tables;
use tokio::sync::Semaphore;

/// How long a request waits for its turn.
const PATIENCE: Duration = Duration::from_secs(30);

/// Who works on pictures.
pub(crate) struct Maker {
    hands: Arc<Semaphore>,
    turns: KeyedLocks<(ContentHash, String)>,
}

impl Maker {
    pub(crate) fn new(hands: usize) -> Self {
        Self { hands: Arc::new(Semaphore::new(hands.max(1))), turns: KeyedLocks::new() }
    }
}

impl Media {
    /// The thumbnail of a file that suits `wanted` best, of those sizes that the operator has chosen.
    ///
    /// # Errors
    /// `NoThumbnail` for files that are no pictures or damaged ones, `TooManyPixels`, `Busy`, `NotFound` if the file was
    /// removed in the meantime, `Files`, `Read` or `Write`.
    pub async fn thumbnail(&self, file: &Found, wanted: Wanted) -> Result<Found> {
        let inner = &*self.0;
        let variant = wanted.best_of(&inner.settings.thumbnails);
        let key = (file.hash.0, variant.to_string());
        if let Some(row) = inner.store.get_record::<ThumbnailRow, _>(tables::THUMBNAILS, &key)? {
            return Ok(row.into());
        }
        let _turn = inner.maker.turns.lock((file.hash, variant.to_string())).await;
        if let Some(row) = inner.store.get_record::<ThumbnailRow, _>(tables::THUMBNAILS, &key)? {
            return Ok(row.into());
        }
        let picture = inner.make(file.hash, variant).await?;
        inner.keep_thumbnail(file.hash, key, picture).await
    }
}

impl Inner {
    async fn make(&self, hash: ContentHash, variant: Variant) -> Result<Picture> {
        let hands = Arc::clone(&self.maker.hands);
        let hand = tokio::time::timeout(PATIENCE, hands.acquire_owned()).await;
        let Ok(Ok(hand)) = hand else { return Err(MediaError::Busy) };
        let file = self.content.file(hash).await.map_err(gone)?;
        let max_pixels = self.settings.max_pixels;
        let work = tokio::task::spawn_blocking(move || {
            // Held for as long as the work takes, also if whoever asked is gone by then.
            let _hand = hand;
            picture::shrink(file, variant, max_pixels)
        });
        // A decoder that panics has met a damaged file.
        work.await.map_err(|_| MediaError::NoThumbnail("it is damaged".into()))?
    }

    async fn keep_thumbnail(
        &self,
        of: ContentHash,
        key: ([u8; 32], String),
        picture: Picture,
    ) -> Result<Found> {
        let staged = self.staging.put(picture.bytes).await?;
        let row = ThumbnailRow {
            hash: staged.hash,
            size: staged.size,
            content_type: picture.content_type.to_owned(),
        };
        self.settle(staged, |commit| {
            if self.store.latest_record::<ContentRow, _>(tables::CONTENT, &of.0)?.is_none() {
                return Err(MediaError::NotFound);
            }
            commit.put_record(tables::THUMBNAILS, &key, &row);
            Ok(())
        })
        .await?;
        Ok(row.into())
    }
}

impl From<ThumbnailRow> for Found {
    fn from(row: ThumbnailRow) -> Self {
        Self { hash: row.hash, size: row.size, content_type: Some(row.content_type), file_name: None }
    }
}
