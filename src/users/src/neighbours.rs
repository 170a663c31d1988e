//! Who came into somebody's sight and who went out of it: the people that they share a room with.
//!
//! When members of which room last changed is in memory, so that rooms in which nobody came or went are not looked at.

use crate::{
    core::Core,
    error::{Result, UserError},
};
use parking_lot::RwLock;

use rooms::{
    Membership, StoredEvent, UserRooms,
    ids::{EventNum, RoomNum, StateKeyNum, UserNum, types},
};
use ruma::UserId;
use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};
use storage::{Group, Operation, Position, tables};

/// Rooms whose last change of members is kept in memory.
const ROOMS: usize = 50_000;
/// Most member events of one person that are looked back through.
const MOST_CHANGES: usize = 20;

/// Who came and who went on a stretch of the log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NeighbourChanges {
    /// They are in a room now into which they, or the viewer, came. They may have shared another one before.
    pub came: BTreeSet<UserNum>,
    /// The viewer shares no room with them any more.
    pub went: BTreeSet<UserNum>,
    /// The viewer came into a room.
    pub entered: bool,
}

/// Tells who came and went.
pub struct Neighbours {
    core: Arc<Core>,
    recent: Arc<Recent>,
}

impl Neighbours {
    pub(crate) fn new(core: Arc<Core>) -> Self {
        let recent = Arc::new(Recent::new(core.store.visible()));
        core.store.feed(&recent, Recent::observe);
        Self { core, recent }
    }

    /// Who came and went, in the eyes of `viewer`, after `since` and up to `upto`.
    pub fn changes(&self, viewer: UserNum, since: Position, upto: Position) -> Result<NeighbourChanges> {
        let rooms = self.core.rooms.rooms_of(viewer)?;
        let all = rooms.iter().map(|(room, _)| room);
        self.changes_in(all, (viewer, &rooms), since, upto)
    }

    /// The same for who knows in which rooms something happened, and which ones are the viewer's.
    pub fn changes_in(
        &self,
        changed: impl Iterator<Item = RoomNum>,
        (viewer, rooms): (UserNum, &UserRooms),
        since: Position,
        upto: Position,
    ) -> Result<NeighbourChanges> {
        let mut changes = NeighbourChanges::default();
        for room in self.recent.changed(changed, since) {
            self.in_room(viewer, room, rooms.is_joined(room), (since, upto), &mut changes)?;
        }
        changes.came.remove(&viewer);
        changes.went.remove(&viewer);
        let mut gone = BTreeSet::new();
        for user in changes.went {
            if !self.core.rooms.share_room(viewer, user)? {
                gone.insert(user);
            }
        }
        Ok(NeighbourChanges { went: gone, ..changes })
    }

    /// Who came into, and who went out of, a room that the viewer is or was in.
    fn in_room(
        &self,
        viewer: UserNum,
        room: RoomNum,
        now: bool,
        (since, upto): (Position, Position),
        changes: &mut NeighbourChanges,
    ) -> Result<()> {
        let NeighbourChanges { came, went, entered } = changes;
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
            (false, true) => {
                *entered = true;
                came.extend(engine.joined_users(room)?);
            }
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
                    } else if let (true, Some(before), Some(after)) = (is, change.before, change.after)
                        && self.came_back(before, after)?
                    {
                        came.extend(self.member(change.key)?);
                    }
                }
            }
            (false, false) => {}
        }
        Ok(())
    }

    /// Whether somebody was out of the room between two of their joins: nobody may have told of their keys meanwhile. After many
    /// changes they are taken to have been.
    fn came_back(&self, before: EventNum, after: EventNum) -> Result<bool> {
        let mut event = after;
        for _ in 0..MOST_CHANGES {
            let replaced = self.core.rooms.replaced(&*self.event(event)?)?;
            match replaced {
                Some(replaced) if replaced.num == before => return Ok(false),
                Some(replaced) if is_join(&replaced) => event = replaced.num,
                _ => return Ok(true),
            }
        }
        Ok(true)
    }

    fn member(&self, key: StateKeyNum) -> Result<Option<UserNum>> {
        let (_, user) = self.core.ids().state_key_name(key)?;
        UserId::parse(&*user).map_or(Ok(None), |user| self.core.find_user(&user))
    }

    fn is_join(&self, event: EventNum) -> Result<bool> {
        Ok(is_join(&*self.event(event)?))
    }

    fn event(&self, event: EventNum) -> Result<Arc<StoredEvent>> {
        self.core.rooms.event(event)?.ok_or_else(|| UserError::corrupt("a member event is missing"))
    }
}

fn is_join(event: &StoredEvent) -> bool {
    Membership::of_event(&event.pdu) == Some(Membership::Join)
}

/// When somebody's membership of a room last changed.
struct Recent(RwLock<Log>);

struct Log {
    /// All changes after this position are here.
    floor: Position,
    rooms: HashMap<RoomNum, Position>,
}

impl Recent {
    fn new(floor: Position) -> Self {
        Self(RwLock::new(Log { floor, rooms: HashMap::new() }))
    }

    fn observe(&self, group: &Group) {
        for part in &group.parts {
            for operation in part.operations.iter() {
                if let Operation::Put { table, key, .. } = operation
                    && table == tables::ROOM_MEMBERS.number()
                    && let Some((room, _)) = <(u64, u64) as storage::Key>::decode(&key)
                {
                    self.changes_at(RoomNum(room), part.last());
                }
            }
        }
    }

    fn changes_at(&self, room: RoomNum, position: Position) {
        let mut log = self.0.write();
        if log.rooms.len() >= ROOMS && !log.rooms.contains_key(&room) {
            log.rooms.clear();
            log.floor = Position(position.0.saturating_sub(1));
        }
        log.rooms.insert(room, position);
    }

    /// Which of the rooms may have had members come or go after `since`.
    fn changed(&self, rooms: impl Iterator<Item = RoomNum>, since: Position) -> Vec<RoomNum> {
        let log = self.0.read();
        let reaches = since >= log.floor;
        rooms.filter(|room| log.rooms.get(room).map_or(!reaches, |at| *at > since)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rooms_without_changes_are_not_looked_at() {
        let recent = Recent::new(Position(10));
        recent.changes_at(RoomNum(1), Position(12));
        let of = |since| recent.changed([RoomNum(1), RoomNum(2)].into_iter(), Position(since));
        assert_eq!(of(9), [RoomNum(1), RoomNum(2)], "memory does not reach back so far");
        assert_eq!(of(10), [RoomNum(1)]);
        assert!(of(12).is_empty());
        for room in 0..ROOMS as u64 {
            recent.changes_at(RoomNum(100 + room), Position(20));
        }
        assert_eq!(of(12), [RoomNum(1), RoomNum(2)], "nor after it was full");
        assert!(of(20).is_empty());
    }
}
