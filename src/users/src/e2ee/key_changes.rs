//! Whose keys changed (spec "Tracking the device list for a user").
//!
//! A change is written once for each room of the person, under its position, and the row of the change before goes. The
//! newest changes are in memory too, so that a sync that has nothing to tell costs no look into the tables.

use super::Keys;
use crate::{
    core::{Core, user_topic},
    error::Result,
    neighbours::NeighbourChanges,
    notes,
};
use bytes::Bytes;
use parking_lot::RwLock;
use rooms::ids::{RoomNum, UserNum};
use ruma::OwnedUserId;
use std::collections::{BTreeSet, VecDeque};
use storage::{Commit, Group, Position, tables};

/// Changes that are kept in memory.
const RECENT: usize = 8_192;

/// What a sync tells about other people's keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeviceLists {
    /// Their keys changed, or the viewer may see them since.
    pub changed: Vec<OwnedUserId>,
    /// The viewer shares no room with them any more.
    pub left: Vec<OwnedUserId>,
}

#[derive(Debug, Clone, Copy)]
struct Change {
    position: Position,
    user: UserNum,
    /// The only person who sees it: for their own signatures of other people's keys.
    only_for: Option<UserNum>,
}

/// The newest changes.
pub(super) struct Recent(RwLock<Log>);

struct Log {
    /// All changes after this position are here.
    floor: Position,
    changes: VecDeque<Change>,
}

impl Recent {
    pub(super) fn new(floor: Position) -> Self {
        Self(RwLock::new(Log { floor, changes: VecDeque::new() }))
    }

    pub(super) fn observe(&self, group: &Group) {
        for part in &group.parts {
            for note in part.notes.iter().filter(|note| note.kind == notes::KEYS_CHANGED) {
                if let Some((user, only_for)) = decode(&note.bytes) {
                    self.push(Change { position: part.last(), user, only_for });
                }
            }
        }
    }

    fn push(&self, change: Change) {
        let mut log = self.0.write();
        log.changes.push_back(change);
        if log.changes.len() > RECENT
            && let Some(oldest) = log.changes.pop_front()
        {
            log.floor = oldest.position;
        }
    }

    /// Who changed after `since`, up to `upto`, and whether the viewer did it with a signature; `None` if memory does not reach
    /// back so far.
    fn between(&self, since: Position, upto: Position, viewer: UserNum) -> Option<BTreeSet<(UserNum, bool)>> {
        let log = self.0.read();
        if since < log.floor {
            return None;
        }
        let start = log.changes.partition_point(|change| change.position <= since);
        let changes = log.changes.range(start..).take_while(|change| change.position <= upto);
        let seen = changes.filter(|change| change.only_for.is_none_or(|only| only == viewer));
        Some(seen.map(|change| (change.user, change.only_for.is_some())).collect())
    }
}

fn encode(user: UserNum, only_for: Option<UserNum>) -> Bytes {
    let mut bytes = user.0.to_be_bytes().to_vec();
    if let Some(viewer) = only_for {
        bytes.extend_from_slice(&viewer.0.to_be_bytes());
    }
    bytes.into()
}

pub(crate) fn decode(bytes: &[u8]) -> Option<(UserNum, Option<UserNum>)> {
    let (user, rest) = bytes.split_first_chunk()?;
    let only_for = rest.split_first_chunk().map(|(viewer, _)| UserNum(u64::from_be_bytes(*viewer)));
    Some((UserNum(u64::from_be_bytes(*user)), only_for))
}

/// Notes in `commit` that the keys or devices of `user` change with it; the caller holds the user's turn.
pub(crate) fn note(core: &Core, commit: &mut Commit, user: UserNum) -> Result<()> {
    let rooms = core.rooms.joined_rooms(user)?;
    let before = core.store.latest(tables::KEYS_CHANGED, &user.0)?;
    for room in &rooms {
        commit.topic(rooms::topics::room(*room));
    }
    commit.topic(user_topic(user));
    commit.note(notes::KEYS_CHANGED, encode(user, None));
    commit.with_position(move |position, ops| {
        for room in &rooms {
            if let Some(before) = before {
                ops.delete(tables::KEY_CHANGES, &(room.0, before));
            }
            ops.put(tables::KEY_CHANGES, &(room.0, position.0), &user.0);
        }
        ops.put(tables::KEYS_CHANGED, &user.0, &position.0);
    });
    Ok(())
}

/// Notes that `signer` signed keys of `target`, which only the signer's devices see.
pub(super) fn note_signed(commit: &mut Commit, signer: UserNum, target: UserNum) {
    commit.topic(user_topic(signer));
    commit.note(notes::KEYS_CHANGED, encode(target, Some(signer)));
}

impl Keys {
    /// What changed for `viewer` after `since`, up to `upto`, when `neighbours` came and went on the way.
    pub fn changes(
        &self,
        viewer: UserNum,
        (since, upto): (Position, Position),
        neighbours: &NeighbourChanges,
    ) -> Result<DeviceLists> {
        let mut changed = neighbours.came.clone();
        if let Some(recent) = self.recent.between(since, upto, viewer) {
            for (user, by_viewer) in recent {
                if by_viewer || user == viewer || self.core.rooms.share_room(viewer, user)? {
                    changed.insert(user);
                }
            }
        } else {
            let rooms = self.core.rooms.rooms_of(viewer)?;
            self.stored_changes(viewer, rooms.joined(), since, upto, &mut changed)?;
        }
        let ids = |users: &BTreeSet<UserNum>| -> Result<Vec<_>> {
            users.iter().map(|user| self.core.user_id(*user)).collect()
        };
        // Into a room one comes with all devices, and the others of them may not know each other yet.
        if neighbours.entered {
            changed.insert(viewer);
        }
        changed.retain(|user| !neighbours.went.contains(user));
        Ok(DeviceLists { changed: ids(&changed)?, left: ids(&neighbours.went)? })
    }

    fn stored_changes(
        &self,
        viewer: UserNum,
        rooms: impl Iterator<Item = RoomNum>,
        since: Position,
        upto: Position,
        changed: &mut BTreeSet<UserNum>,
    ) -> Result<()> {
        let store = &self.core.store;
        for room in rooms {
            for row in store.scan(tables::KEY_CHANGES, (room.0, since.next().0)..(room.0, upto.next().0)) {
                changed.insert(UserNum(row?.1));
            }
        }
        let own = store.get(tables::KEYS_CHANGED, &viewer.0)?;
        if own.is_some_and(|position| position > since.0 && position <= upto.0) {
            changed.insert(viewer);
        }
        for row in
            store.scan_prefix_records::<super::signatures::SignatureRecord, _>(tables::SIGNATURES, &viewer.0)
        {
            let ((_, target, _), record) = row?;
            if record.position > since.0 && record.position <= upto.0 {
                changed.insert(UserNum(target));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_knows_where_it_ends() {
        let recent = Recent::new(Position(10));
        let viewer = UserNum(1);
        assert_eq!(recent.between(Position(9), Position(20), viewer), None);
        recent.push(Change { position: Position(12), user: UserNum(2), only_for: None });
        recent.push(Change { position: Position(13), user: UserNum(3), only_for: Some(UserNum(9)) });
        recent.push(Change { position: Position(14), user: UserNum(4), only_for: Some(viewer) });
        let of = |since, upto| recent.between(Position(since), Position(upto), viewer);
        assert_eq!(of(10, 20), Some(BTreeSet::from([(UserNum(2), false), (UserNum(4), true)])));
        assert_eq!(of(12, 20), Some(BTreeSet::from([(UserNum(4), true)])));
        assert_eq!(of(10, 13), Some(BTreeSet::from([(UserNum(2), false)])));
        for n in 0..RECENT as u64 {
            recent.push(Change { position: Position(100 + n), user: UserNum(5), only_for: None });
        }
        assert_eq!(of(13, 2_000), None);
        assert_eq!(of(14, 2_000), Some(BTreeSet::from([(UserNum(5), false)])));
    }

    #[test]
    fn notes_survive() {
        for only_for in [None, Some(UserNum(7))] {
            assert_eq!(decode(&encode(UserNum(3), only_for)), Some((UserNum(3), only_for)));
        }
        assert_eq!(decode(&[1, 2]), None);
    }
}
