//! The ephemeral payloads that this crate adds to commits, so that what nodes keep in memory follows the log.

use bytes::Bytes;
use rooms::ids::{DeviceNum, UserNum};
use storage::{Commit, Note};

/// Somebody's presence changed (see [`crate::presence`]).
pub(crate) const PRESENCE: u16 = 2;
/// Somebody's keys or devices changed, at the commit's position: the user number.
pub(crate) const KEYS_CHANGED: u16 = 16;
/// Something that may be kept in memory is no longer what the tables say.
pub(crate) const STALE: u16 = 17;

/// Whose presence changed, by a note of the log; `None` for notes of others.
pub fn presence_changed_in(note: &Note) -> Option<UserNum> {
    #[derive(serde::Deserialize)]
    struct Changed {
        user: u64,
    }
    let changed = (note.kind == PRESENCE).then(|| serde_json::from_slice::<Changed>(&note.bytes))?;
    changed.ok().map(|changed| UserNum(changed.user))
}

/// Whose keys or devices changed for all who see them, by a note of the log; `None` for notes of others.
pub fn keys_changed_in(note: &Note) -> Option<UserNum> {
    let (user, only_for) =
        (note.kind == KEYS_CHANGED).then(|| crate::e2ee::key_changes::decode(&note.bytes))??;
    only_for.is_none().then_some(user)
}

/// What is no longer as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stale {
    /// The sessions of a device.
    Session(DeviceNum),
    /// What an account may do.
    Account(UserNum),
    /// A user's profile, or that there is such a user.
    Profile(UserNum),
    /// A user's account data.
    AccountData(UserNum),
    /// How many one-time keys a device has, and which fallback keys.
    KeyCounts(DeviceNum),
}

impl Stale {
    fn encode(self) -> [u8; 9] {
        let (kind, id) = match self {
            Self::Session(device) => (1, device.0),
            Self::Account(user) => (2, user.0),
            Self::AccountData(user) => (3, user.0),
            Self::KeyCounts(device) => (4, device.0),
            Self::Profile(user) => (5, user.0),
        };
        let mut bytes = [kind; 9];
        bytes[1..].copy_from_slice(&id.to_be_bytes());
        bytes
    }

    /// What the note says; `None` for kinds that a newer version knows.
    pub(crate) fn decode(bytes: &[u8]) -> Option<Self> {
        let (kind, id) = bytes.split_first()?;
        let id = u64::from_be_bytes(id.try_into().ok()?);
        Some(match kind {
            1 => Self::Session(DeviceNum(id)),
            2 => Self::Account(UserNum(id)),
            3 => Self::AccountData(UserNum(id)),
            4 => Self::KeyCounts(DeviceNum(id)),
            5 => Self::Profile(UserNum(id)),
            _ => return None,
        })
    }

    /// Adds the note to `commit`.
    pub(crate) fn note(self, commit: &mut Commit) {
        commit.note(STALE, Bytes::copy_from_slice(&self.encode()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stale_notes_survive() {
        for stale in [
            Stale::Session(DeviceNum(1)),
            Stale::Account(UserNum(u64::MAX)),
            Stale::AccountData(UserNum(0)),
            Stale::KeyCounts(DeviceNum(77)),
            Stale::Profile(UserNum(2)),
        ] {
            assert_eq!(Stale::decode(&stale.encode()), Some(stale));
        }
        assert_eq!(Stale::decode(&[9; 9]), None);
        assert_eq!(Stale::decode(&[1, 2]), None);
    }
}
