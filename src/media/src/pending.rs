//! Ids that are made before their files come (spec "Content repository", asynchronous uploads).

use crate::{
    error::{MediaError, Result},
    media::{Inner, Media, commit},
    rows::{MediaRow, MediaState},
};
use rooms::UserNum;
use sha2::{Digest, Sha256};
use std::time::Duration;
use storage::{Topic, tables};

/// How much longer than promised an id is kept, for uploads that began in time.
const GRACE_MS: u64 = 3_600_000;

/// The kind of the topics of media ids.
const TOPIC: u8 = 16;

/// An id whose file may come.
#[derive(Debug, Clone)]
pub struct Reserved {
    /// The id.
    pub id: String,
    /// Until when the upload must have begun, milliseconds since the epoch.
    pub expires_ms: u64,
}

/// What those watch who wait for the file of an id. Ids may share a topic: whoever is woken looks again.
pub(crate) fn topic(id: &str) -> Topic {
    let hash = Sha256::digest(id);
    let number = hash.iter().take(7).fold(0, |number, byte| number << 8 | u64::from(*byte));
    Topic::new(TOPIC, number)
}

impl Media {
    /// Makes an id to upload to later.
    ///
    /// # Errors
    /// `TooManyPending`, `Read` or `Write`.
    pub async fn reserve(&self, user: UserNum) -> Result<Reserved> {
        let inner = &*self.0;
        let (id, now) = (inner.new_id(), inner.clock.now_ms());
        let wait = u64::try_from(inner.settings.pending_for.as_millis()).unwrap_or(u64::MAX);
        let expires_ms = now.saturating_add(wait);
        let ticket = {
            let _books = inner.books.lock();
            inner.room_for_one_more(user, now)?;
            let mut commit = commit();
            let state = MediaState::Pending { expires_ms };
            let row = MediaRow { user: Some(user.0), created_ms: now, state };
            commit.put_record(tables::MEDIA, &inner.key(&id), &row);
            commit.put(tables::PENDING_MEDIA, &(user.0, id.clone()), &expires_ms);
            inner.store.submit(commit)?
        };
        ticket.await?;
        Ok(Reserved { id, expires_ms })
    }
}

impl Inner {
    fn room_for_one_more(&self, user: UserNum, now: u64) -> Result<()> {
        let pending = self.store.latest_prefix(tables::PENDING_MEDIA, &user.0)?;
        let waiting: Vec<u64> =
            pending.into_iter().map(|(_, expires)| expires).filter(|at| *at > now).collect();
        if waiting.len() < self.settings.pending {
            return Ok(());
        }
        let first = waiting.into_iter().min().unwrap_or(now);
        let wait = Duration::from_millis(first.saturating_sub(now));
        Err(MediaError::TooManyPending { limit: self.settings.pending, wait })
    }

    /// Removes ids whose time is up.
    pub(crate) async fn forget_expired(&self) -> Result<()> {
        let now = self.clock.now_ms();
        let ticket = {
            let _books = self.books.lock();
            let (mut commit, mut is_empty) = (commit(), true);
            for row in self.store.scan(tables::PENDING_MEDIA, ..) {
                let ((user, id), expires) = row?;
                let key = self.key(&id);
                let row: Option<MediaRow> = self.store.latest_record(tables::MEDIA, &key)?;
                let is_pending = row.is_some_and(|row| matches!(row.state, MediaState::Pending { .. }));
                if is_pending && expires.saturating_add(GRACE_MS) <= now {
                    commit.delete(tables::MEDIA, &key);
                    commit.delete(tables::PENDING_MEDIA, &(user, id));
                    is_empty = false;
                }
            }
            if is_empty {
                return Ok(());
            }
            self.store.submit(commit)?
        };
        ticket.await?;
        Ok(())
    }
}
