//! What is done now and then, so that nothing grows for ever.

use crate::{RoomError, Rooms};

/// For how long a repeated request is known again, in milliseconds.
const TRANSACTIONS_MS: u64 = 24 * 60 * 60 * 1000;

impl Rooms {
    /// Finishes purges that were cut off, forgets old transaction ids, and fills tables that are younger than the database. To
    /// be called at the start and every hour or so; what is cut off goes on the next time.
    pub async fn tidy(&self) -> Result<(), RoomError> {
        let purged = self.resume_purges().await?;
        let forgotten =
            self.forget_transactions(self.inner.clock.now_ms().saturating_sub(TRANSACTIONS_MS)).await?;
        self.fill_tables().await?;
        tracing::debug!(purged, forgotten, "rooms tidied up");
        Ok(())
    }
}
