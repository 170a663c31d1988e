//! A finished file gets its place, and the row that names it.

use crate::{
    content::ContentHash,
    error::Result,
    media::{Inner, commit},
    rows::ContentRow,
    staging::Staged,
};
use storage::{Commit, tables};

impl Inner {
    /// Puts a staged file in its place and writes the rows that use it, one use in all. `fill` adds those rows; it is called
    /// while nobody else changes rows of media, at most once more than it succeeds.
    ///
    /// The order makes a crash harmless: a mark that there may be a file, the file, then the rows in the place of the mark.
    pub(crate) async fn settle<T>(
        &self,
        staged: Staged,
        fill: impl Fn(&mut Commit) -> Result<T>,
    ) -> Result<T> {
        let hash = staged.hash;
        let turn = self.places.lock(hash).await;
        let mut placed = false;
        let (ticket, value) = loop {
            if !placed && self.store.latest_record::<ContentRow, _>(tables::CONTENT, &hash.0)?.is_none() {
                let mut mark = commit();
                mark.put(tables::UNSETTLED_CONTENT, &hash.0, &());
                self.store.commit(mark).await?;
                self.content.publish(staged.path(), hash).await?;
                placed = true;
            }
            let _books = self.books.lock();
            let known: Option<ContentRow> = self.store.latest_record(tables::CONTENT, &hash.0)?;
            let uses = match known {
                Some(row) => row.uses,
                None if placed => 0,
                // The last use went just now, so the file that was there is about to go.
                None => continue,
            };
            let mut commit = commit();
            let value = fill(&mut commit)?;
            commit.put_record(
                tables::CONTENT,
                &hash.0,
                &ContentRow { size: staged.size, uses: uses.saturating_add(1) },
            );
            commit.delete(tables::UNSETTLED_CONTENT, &hash.0);
            break (self.store.submit(commit)?, value);
        };
        drop(turn);
        ticket.await?;
        Ok(value)
    }

    /// Removes the files of marks that a crash, or a change that was given up, left behind.
    pub(crate) async fn clear_unsettled(&self) -> Result<()> {
        let marks = self.store.scan::<[u8; 32], ()>(tables::UNSETTLED_CONTENT, ..);
        let marks: Vec<_> =
            marks.map(|row| row.map(|(hash, ())| ContentHash(hash))).collect::<Result<_, _>>()?;
        for hash in marks {
            self.clear(hash).await?;
        }
        Ok(())
    }

    /// Removes a marked file that no row uses, and the mark.
    pub(crate) async fn clear(&self, hash: ContentHash) -> Result<()> {
        let _turn = self.places.lock(hash).await;
        if self.store.latest_record::<ContentRow, _>(tables::CONTENT, &hash.0)?.is_none() {
            self.content.delete(hash).await?;
        }
        let mut done = commit();
        done.delete(tables::UNSETTLED_CONTENT, &hash.0);
        self.store.commit(done).await?;
        Ok(())
    }
}
