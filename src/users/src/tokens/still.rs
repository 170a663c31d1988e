//! Requests that wait: whether who made them is still there.

use super::{Identity, Tokens};
use crate::error::{Result, UserError};

impl Tokens {
    /// Whether who was `identity` when a request came still is, for requests that wait.
    ///
    /// # Errors
    /// What a request with the same token would be refused with.
    pub fn still_there(&self, identity: &Identity) -> Result<()> {
        let live = self.live.get(&self.core, identity.device)?;
        match live.filter(|live| live.id == identity.session) {
            Some(live) if live.identity.is_locked => Err(UserError::Locked),
            Some(_) => Ok(()),
            None => Err(UserError::UnknownToken { soft_logout: false }),
        }
    }
}
