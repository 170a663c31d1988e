//! Whose keys changed (spec "Tracking the device list for a user").
//!
//! A change is written once for each room of the person, under its position, and the row of the change before goes. The
//! newest changes are in memory too, so that a sync that has nothing to tell costs no look into the tables.

use super::Keys;
use crate::{
    core::{Core, user_topic},
    error::{Result, UserError},
    notes,
};
use bytes::Bytes;
use parking_lot::RwLock;
use rooms::ids::{RoomNum, UserNum, types};
use ruma::{OwnedUserId, UserId};
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap, VecDeque};
use storage::{Commit, Group, Operation, Position, tables};

/// Changes that are kept in memory.
const RECENT: usize = 8_192;
/// Rooms whose last change of members is kept in memory.
const ROOMS: usize = 50_000;

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
    /// When somebody's membership of a room last changed, for all changes after `rooms_floor`.
    rooms: HashMap<RoomNum, Position>,
    rooms_floor: Position,
}

impl Recent {
    pub(super) fn new(floor: Position) -> Self {
        Self(RwLock::new(Log { floor, changes: VecDeque::new(), rooms: HashMap::new(), rooms_floor: floor }))
    }

    pub(super) fn observe(&self, group: &Group) {
        for part in &group.parts {
            for note in part.notes.iter().filter(|note| note.kind == notes::KEYS_CHANGED) {
                if let Some((user, only_for)) = decode(&note.bytes) {
                    self.push(Change { position: part.last(), user, only_for });
                }
            }
            for operation in part.operations.iter() {
                if let Operation::Put { table, key, .. } = operation
                    && table == tables::ROOM_MEMBERS.number()
                    && let Some((room, _)) = <(u64, u64) as storage::Key>::decode(&key)
                {
                    self.member_changed(RoomNum(room), part.last());
                }
            }
        }
    }

    fn member_changed(&self, room: RoomNum, position: Position) {
        let mut log = self.0.write();
        if log.rooms.len() >= ROOMS && !log.rooms.contains_key(&room) {
            log.rooms.clear();
            log.rooms_floor = Position(position.0.saturating_sub(1));
        }
        log.rooms.insert(room, position);
    }

    /// Which of the rooms may have had members come or go after `since`.
    fn rooms_changed(&self, rooms: impl Iterator<Item = RoomNum>, since: Position) -> Vec<RoomNum> {
        let log = self.0.read();
        let reaches = since >= log.rooms_floor;
        rooms.filter(|room| log.rooms.get(room).map_or(!reaches, |at| *at > since)).collect()
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

fn decode(bytes: &[u8]) -> Option<(UserNum, Option<UserNum>)> {
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
    /// What changed for `viewer` after `since`, up to `upto`.
    pub fn changes(&self, viewer: UserNum, since: Position, upto: Position) -> Result<DeviceLists> {
        let mut changed = BTreeSet::new();
        let mut left = BTreeSet::new();
        let rooms = self.core.rooms.rooms_of(viewer)?;
        for room in self.recent.rooms_changed(rooms.iter().map(|(room, _)| room), since) {
            let now = rooms.is_joined(room);
            self.member_changes(viewer, room, now, (since, upto), &mut changed, &mut left)?;
        }
        match self.recent.between(since, upto, viewer) {
            Some(recent) => {
                for (user, by_viewer) in recent {
                    if by_viewer || user == viewer || self.core.rooms.share_room(viewer, user)? {
                        changed.insert(user);
                    }
                }
            }
            None => self.stored_changes(viewer, rooms.joined(), since, upto, &mut changed)?,
        }
        let mut lists = DeviceLists::default();
        for user in left {
            if user != viewer && !self.core.rooms.share_room(viewer, user)? {
                changed.remove(&user);
                lists.left.push(self.core.user_id(user)?);
            }
        }
        lists.changed = changed.into_iter().map(|user| self.core.user_id(user)).collect::<Result<_>>()?;
        Ok(lists)
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

    /// Who came into, and who went out of, a room that the viewer is or was in.
    fn member_changes(
        &self,
        viewer: UserNum,
        room: RoomNum,
        now: bool,
        (since, upto): (Position, Position),
        came: &mut BTreeSet<UserNum>,
        went: &mut BTreeSet<UserNum>,
    ) -> Result<()> {
        let engine = &self.core.rooms;
        let before = engine.state_root_at(room, since)?;
        let after = engine.state_root_at(room, upto)?;
        if before == after {
            return Ok(());
        }
        let own = engine.ids().member_key(&self.core.user_id(viewer)?)?;
        let was = match engine.state_get(room, before, own)? {
            Some(event) => self.is_join(event)?,
            None => false,
        };
        match (was, now) {
            (false, true) => came.extend(engine.joined_users(room)?),
            (true, false) => {
                for (key, event) in engine.state_entries(room, before)? {
                    if key.event_type() == types::MEMBER && self.is_join(event)? {
                        went.extend(self.member(key)?);
                    }
                }
            }
            (true, true) => {
                for change in engine.state_diff(room, before, after)? {
                    if change.key.event_type() != types::MEMBER {
                        continue;
                    }
                    let was = change.before.map(|event| self.is_join(event)).transpose()?.unwrap_or(false);
                    let is = change.after.map(|event| self.is_join(event)).transpose()?.unwrap_or(false);
                    if was != is {
                        if is { &mut *came } else { &mut *went }.extend(self.member(change.key)?);
                    }
                }
            }
            (false, false) => {}
        }
        came.remove(&viewer);
        Ok(())
    }

    fn member(&self, key: rooms::ids::StateKeyNum) -> Result<Option<UserNum>> {
        let (_, user) = self.core.ids().state_key_name(key)?;
        UserId::parse(&*user).map_or(Ok(None), |user| self.core.find_user(&user))
    }

    fn is_join(&self, event: rooms::ids::EventNum) -> Result<bool> {
        #[derive(Deserialize)]
        struct Content<'a> {
            #[serde(borrow)]
            membership: std::borrow::Cow<'a, str>,
        }
        let event =
            self.core.rooms.event(event)?.ok_or_else(|| UserError::corrupt("a member event is missing"))?;
        let content = serde_json::from_str::<Content<'_>>(event.pdu.content_json());
        Ok(content.is_ok_and(|content| content.membership == "join"))
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
    fn rooms_without_changes_are_not_looked_at() {
        let recent = Recent::new(Position(10));
        recent.member_changed(RoomNum(1), Position(12));
        let of = |since| recent.rooms_changed([RoomNum(1), RoomNum(2)].into_iter(), Position(since));
        assert_eq!(of(9), [RoomNum(1), RoomNum(2)], "memory does not reach back so far");
        assert_eq!(of(10), [RoomNum(1)]);
        assert!(of(12).is_empty());
        for room in 0..ROOMS as u64 {
            recent.member_changed(RoomNum(100 + room), Position(20));
        }
        assert_eq!(of(12), [RoomNum(1), RoomNum(2)], "nor after it was full");
        assert!(of(20).is_empty());
    }

    #[test]
    fn notes_survive() {
        for only_for in [None, Some(UserNum(7))] {
            assert_eq!(decode(&encode(UserNum(3), only_for)), Some((UserNum(3), only_for)));
        }
        assert_eq!(decode(&[1, 2]), None);
    }
}
