//! The session of a device: which of its tokens are good.
//!
//! A device has either one long-lived token or a chain of short-lived ones, numbered from 1. Getting the next
//! token with a refresh token does not end the one before; *using* the next one does, so that a client that did
//! not hear the answer can ask again. A refresh token whose successor has been used is a copy in wrong
//! hands: the whole session ends.

use crate::{core::Core, error::Result};
use rooms::ids::{DeviceNum, UserNum};
use serde::{Deserialize, Serialize};
use storage::tables;

/// How a session is stored, by device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SessionRecord {
    /// Another one after each log-in.
    pub(crate) id: u64,
    pub(crate) user: u64,
    pub(crate) device_id: String,
    /// SHA-256 of the long-lived token.
    #[serde(default)]
    pub(crate) token: Option<[u8; 32]>,
    /// The number of the newest short-lived token; 0 if there are none.
    #[serde(default)]
    pub(crate) issued: u32,
    /// The highest number of which a token has been used: lower ones are over.
    #[serde(default)]
    pub(crate) confirmed: u32,
}

impl SessionRecord {
    pub(crate) fn user(&self) -> UserNum {
        UserNum(self.user)
    }

    pub(crate) fn read(core: &Core, device: DeviceNum) -> Result<Option<Self>> {
        let session: Option<Self> = core.store.get_record(tables::SESSIONS, &device.0)?;
        let used = core.store.get(tables::SESSIONS_USED, &device.0)?;
        Ok(session.map(|session| session.with_used(used)))
    }

    pub(crate) fn latest(core: &Core, device: DeviceNum) -> Result<Option<Self>> {
        let session: Option<Self> = core.store.latest_record(tables::SESSIONS, &device.0)?;
        let used = core.store.latest(tables::SESSIONS_USED, &device.0)?;
        Ok(session.map(|session| session.with_used(used)))
    }

    fn with_used(mut self, used: Option<(u64, u64)>) -> Self {
        if let Some((_, number)) = used.filter(|(id, _)| *id == self.id) {
            self.confirmed = self.confirmed.max(u32::try_from(number).unwrap_or_default());
        }
        self
    }

    /// What a refresh token of number `given` is worth.
    pub(crate) fn judge(&self, given: u32) -> Refresh {
        if given == 0 || given > self.issued {
            Refresh::Unknown
        } else if given < self.confirmed {
            Refresh::Stolen
        } else {
            Refresh::Good
        }
    }
}

/// What a refresh token is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refresh {
    /// Its successor has not been used.
    Good,
    /// Its successor has been used: somebody has a copy.
    Stolen,
    /// Never given out.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_token_is_good_until_its_successor_is_used() {
        let mut session =
            SessionRecord { id: 1, user: 1, device_id: "D".into(), token: None, issued: 1, confirmed: 0 };
        assert_eq!(session.judge(1), Refresh::Good);
        assert_eq!(session.judge(2), Refresh::Unknown);
        assert_eq!(session.judge(0), Refresh::Unknown);
        (session.issued, session.confirmed) = (2, 1);
        assert_eq!(session.judge(1), Refresh::Good, "the answer may have been lost");
        session.confirmed = 2;
        assert_eq!(session.judge(1), Refresh::Stolen);
        assert_eq!(session.judge(2), Refresh::Good);
    }
}
