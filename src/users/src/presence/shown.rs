//! What others see: made from the notes in the log.

use super::person::State;
use crate::{
    error::{Result, UserError},
    notes,
};
use bytes::Bytes;
use parking_lot::RwLock;
use rooms::ids::UserNum;
use ruma::presence::PresenceState;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashMap};
use storage::{Group, Position};

/// Somebody's presence, as others see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown {
    /// The person.
    pub user: UserNum,
    /// Online, unavailable or offline.
    pub state: PresenceState,
    /// What they say about it.
    pub status_msg: Option<String>,
    /// How many milliseconds ago they last did something.
    pub last_active_ago_ms: Option<u64>,
    /// They are doing something just now.
    pub currently_active: bool,
}

impl Shown {
    pub(super) fn unknown(user: UserNum) -> Self {
        Self {
            user,
            state: PresenceState::Offline,
            status_msg: None,
            last_active_ago_ms: None,
            currently_active: false,
        }
    }
}

/// What the log and the table say about a change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct PresenceNote {
    pub(super) user: u64,
    pub(super) state: State,
    #[serde(default)]
    pub(super) status_msg: Option<String>,
    pub(super) active_ms: u64,
    pub(super) currently_active: bool,
}

impl PresenceNote {
    pub(super) fn user(&self) -> UserNum {
        UserNum(self.user)
    }

    pub(super) fn encode(&self) -> Result<Bytes> {
        serde_json::to_vec(self).map(Into::into).map_err(UserError::corrupt)
    }

    pub(super) fn shown(&self, now: u64) -> Shown {
        Shown {
            user: self.user(),
            state: self.state.into(),
            status_msg: self.status_msg.clone(),
            last_active_ago_ms: (self.active_ms > 0).then(|| now.saturating_sub(self.active_ms)),
            currently_active: self.currently_active,
        }
    }
}

#[derive(Default)]
struct Index {
    by_user: HashMap<UserNum, (Position, PresenceNote)>,
    by_position: BTreeMap<Position, UserNum>,
}

/// Everybody whose presence changed since the start.
#[derive(Default)]
pub(super) struct Everybody(RwLock<Index>);

impl Everybody {
    pub(super) fn observe(&self, group: &Group) {
        for part in &group.parts {
            for note in part.notes.iter().filter(|note| note.kind == notes::PRESENCE) {
                if let Ok(note) = serde_json::from_slice(&note.bytes) {
                    self.put(part.last(), note);
                }
            }
        }
    }

    fn put(&self, position: Position, note: PresenceNote) {
        let mut index = self.0.write();
        let user = note.user();
        if let Some((before, _)) = index.by_user.insert(user, (position, note)) {
            index.by_position.remove(&before);
        }
        index.by_position.insert(position, user);
    }

    pub(super) fn get(&self, user: UserNum) -> Option<PresenceNote> {
        self.0.read().by_user.get(&user).map(|(_, note)| note.clone())
    }

    /// The last note of everybody who changed in between; for those who have changed again since, that is later.
    pub(super) fn between(&self, since: Position, upto: Position) -> Vec<PresenceNote> {
        if since >= upto {
            return Vec::new();
        }
        let index = self.0.read();
        let changed = index.by_position.range(since.next()..=upto);
        changed.filter_map(|(_, user)| index.by_user.get(user)).map(|(_, note)| note.clone()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(user: u64) -> PresenceNote {
        PresenceNote { user, state: State::Online, status_msg: None, active_ms: 5, currently_active: true }
    }

    #[test]
    fn each_person_is_at_their_last_change() {
        let everybody = Everybody::default();
        everybody.put(Position(1), note(1));
        everybody.put(Position(2), note(2));
        everybody.put(Position(3), note(1));
        let users = |since, upto| -> Vec<u64> {
            everybody.between(Position(since), Position(upto)).iter().map(|note| note.user).collect()
        };
        assert_eq!(users(0, 3), [2, 1]);
        assert_eq!(users(0, 2), [2]);
        assert_eq!(users(2, 9), [1]);
        assert!(users(3, 3).is_empty());
    }
}
