//! Numbers for identifiers: every room, user, event, device, event type and state key is written out once and is a `u64`
//! everywhere else.
//!
//! Promises: a number once used never means anything else. The rows that give it its meaning are queued before the
//! number is handed out, so whatever refers to it reaches the disk together with them or after them. Absence is never
//! cached, so replicated stores see names as they arrive.

mod names;
mod numbers;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use parking_lot::Mutex;
use ruma::{
    DeviceId, EventId, OwnedDeviceId, OwnedRoomId, OwnedUserId, RoomId, UserId, events::StateEventType,
};
use storage::{Commit, Durability, Key, Store, tables};

use self::names::{Names, well_known_type, well_known_type_name};
pub use self::numbers::{DeviceNum, EventNum, RoomNum, StateKeyNum, UserNum, types};
use crate::RoomError;

/// What is named. The numbers are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Kind {
    Room = 1,
    User = 2,
    Event = 3,
    Device = 4,
    Type = 5,
    Key = 6,
}

const KINDS: [Kind; 6] = [Kind::Room, Kind::User, Kind::Event, Kind::Device, Kind::Type, Kind::Key];

/// The interner.
pub struct Ids {
    store: Store,
    names: Names,
    /// The next number of each kind.
    next: [AtomicU64; 7],
    /// Held while a number is assigned, so that no name gets two.
    assigning: Mutex<()>,
}

impl Ids {
    pub(crate) fn open(store: &Store, cache_bytes: u64) -> Result<Self, RoomError> {
        let ids = Self {
            store: store.clone(),
            names: Names::new(cache_bytes),
            next: Default::default(),
            assigning: Mutex::new(()),
        };
        for kind in KINDS {
            let last = ids.last(kind)?;
            // Types and the empty state key have fixed numbers at the start.
            let free = if kind == Kind::Type { types::FIRST_FREE } else { 1 };
            ids.next[kind as usize].store(last.map_or(free, |last| last + 1).max(free), Ordering::Relaxed);
        }
        Ok(ids)
    }

    fn last(&self, kind: Kind) -> Result<Option<u64>, RoomError> {
        if kind == Kind::Event {
            let last = self.store.scan_back(tables::EVENT_META, ..).next().transpose()?;
            return Ok(last.map(|(number, _)| number));
        }
        let last = self.store.scan_prefix_back(tables::NAMES, &(kind as u8)).next().transpose()?;
        Ok(last.map(|((_, number), _)| number))
    }

    fn find(&self, kind: Kind, name: &str) -> Result<Option<u64>, RoomError> {
        if let Some(number) = self.names.number(kind, name) {
            return Ok(Some(number));
        }
        let number = self.store.latest(tables::IDS, &(kind as u8, name.to_owned()))?;
        if let Some(number) = number {
            self.names.insert(kind, number, name);
        }
        Ok(number)
    }

    fn assign(&self, kind: Kind, name: &str) -> Result<u64, RoomError> {
        if let Some(number) = self.find(kind, name)? {
            return Ok(number);
        }
        let _guard = self.assigning.lock();
        if let Some(number) = self.find(kind, name)? {
            return Ok(number);
        }
        let number = self.reserve(kind);
        let mut commit = Commit::new(Durability::Lazy).positions(0);
        let key = name.to_owned();
        commit.put(tables::NAMES, &(kind as u8, number), &key);
        commit.put(tables::IDS, &(kind as u8, key), &number);
        // The place in the queue is what counts: nothing that uses the number can overtake it.
        drop(self.store.submit(commit)?);
        self.names.insert(kind, number, name);
        Ok(number)
    }

    fn reserve(&self, kind: Kind) -> u64 {
        self.next[kind as usize].fetch_add(1, Ordering::Relaxed)
    }

    fn name(&self, kind: Kind, number: u64) -> Result<Arc<str>, RoomError> {
        if let Some(name) = self.names.name(kind, number) {
            return Ok(name);
        }
        let name = self.store.latest(tables::NAMES, &(kind as u8, number))?;
        let name = name.ok_or(RoomError::Damaged("a number without a name"))?;
        self.names.insert(kind, number, &name);
        Ok(name.into())
    }

    /// The user's number, if it has one.
    pub fn find_user(&self, user: &UserId) -> Result<Option<UserNum>, RoomError> {
        Ok(self.find(Kind::User, user.as_str())?.map(UserNum))
    }

    /// The user's number, assigned if need be.
    pub fn user(&self, user: &UserId) -> Result<UserNum, RoomError> {
        self.assign(Kind::User, user.as_str()).map(UserNum)
    }

    /// Whose number it is.
    pub fn user_id(&self, user: UserNum) -> Result<OwnedUserId, RoomError> {
        let name = self.name(Kind::User, user.0)?;
        UserId::parse(&*name).map_err(|_| RoomError::Damaged("a user number names no user"))
    }

    /// The room's number, if it has one.
    pub fn find_room(&self, room: &RoomId) -> Result<Option<RoomNum>, RoomError> {
        Ok(self.find(Kind::Room, room.as_str())?.map(RoomNum))
    }

    /// The room's number, assigned if need be.
    pub fn room(&self, room: &RoomId) -> Result<RoomNum, RoomError> {
        self.assign(Kind::Room, room.as_str()).map(RoomNum)
    }

    /// Which room's number it is.
    pub fn room_id(&self, room: RoomNum) -> Result<OwnedRoomId, RoomError> {
        let name = self.name(Kind::Room, room.0)?;
        RoomId::parse(&*name).map_err(|_| RoomError::Damaged("a room number names no room"))
    }

    /// The event's number, if it is stored.
    pub fn find_event(&self, event: &EventId) -> Result<Option<EventNum>, RoomError> {
        Ok(self.find(Kind::Event, event.as_str())?.map(EventNum))
    }

    /// A number for an event that is about to be stored. It must be put with [`Ids::put_event`].
    pub(crate) fn reserve_event(&self) -> EventNum {
        EventNum(self.reserve(Kind::Event))
    }

    /// Names an event in the commit that stores it. The name of a number stands in the event's meta.
    pub(crate) fn put_event(commit: &mut Commit, id: &EventId, event: EventNum) {
        commit.put(tables::IDS, &(Kind::Event as u8, id.as_str().to_owned()), &event.0);
    }

    /// Removes an event's name in the commit that removes the event.
    pub(crate) fn delete_event(commit: &mut Commit, id: &EventId) {
        commit.delete(tables::IDS, &(Kind::Event as u8, id.as_str().to_owned()));
    }

    /// A number is in use; on stores that follow another one, so that they can go on from there.
    pub(crate) fn taken(&self, key: &[u8]) {
        if let Some((kind, number)) = <(u8, u64)>::decode(key)
            && let Some(next) = self.next.get(usize::from(kind))
        {
            next.fetch_max(number + 1, Ordering::Relaxed);
        }
    }

    /// As [`Ids::taken`], for the number of an event.
    pub(crate) fn taken_event(&self, event: EventNum) {
        self.next[Kind::Event as usize].fetch_max(event.0 + 1, Ordering::Relaxed);
    }

    /// A row of `IDS` has gone.
    pub(crate) fn forget(&self, key: &[u8]) {
        if let Some((kind, name)) = <(u8, String)>::decode(key)
            && let Some(kind) = KINDS.into_iter().find(|known| *known as u8 == kind)
        {
            self.names.forget(kind, &name);
        }
    }

    /// Remembers the name of an event whose commit is queued.
    pub(crate) fn remember_event(&self, id: &EventId, event: EventNum) {
        self.names.insert(Kind::Event, event.0, id.as_str());
    }

    /// The device's number, assigned if need be.
    pub fn device(&self, user: UserNum, device: &DeviceId) -> Result<DeviceNum, RoomError> {
        self.assign(Kind::Device, &format!("{} {device}", user.0)).map(DeviceNum)
    }

    /// The device's number, if it has one.
    pub fn find_device(&self, user: UserNum, device: &DeviceId) -> Result<Option<DeviceNum>, RoomError> {
        Ok(self.find(Kind::Device, &format!("{} {device}", user.0))?.map(DeviceNum))
    }

    /// Whose device it is and what it is called.
    pub fn device_id(&self, device: DeviceNum) -> Result<(UserNum, OwnedDeviceId), RoomError> {
        let name = self.name(Kind::Device, device.0)?;
        let parts = name.split_once(' ').and_then(|(user, id)| Some((user.parse().ok()?, id)));
        let (user, id) = parts.ok_or(RoomError::Damaged("a device number names no device"))?;
        Ok((UserNum(user), id.into()))
    }

    /// The number of an event type, assigned if need be.
    pub fn event_type(&self, kind: &str) -> Result<u64, RoomError> {
        well_known_type(kind).map_or_else(|| self.assign(Kind::Type, kind), Ok)
    }

    /// The number of an event type, if it has one.
    pub fn find_event_type(&self, kind: &str) -> Result<Option<u64>, RoomError> {
        well_known_type(kind).map_or_else(|| self.find(Kind::Type, kind), |number| Ok(Some(number)))
    }

    /// The name of an event type's number.
    pub fn event_type_name(&self, number: u64) -> Result<Arc<str>, RoomError> {
        well_known_type_name(number).map_or_else(|| self.name(Kind::Type, number), |name| Ok(name.into()))
    }

    /// The number of a place in a room's state, assigned if need be.
    pub fn state_key(&self, kind: &str, key: &str) -> Result<StateKeyNum, RoomError> {
        let kind = self.event_type(kind)?;
        let key = if key.is_empty() { 0 } else { self.assign(Kind::Key, key)? };
        Ok(StateKeyNum::new(kind, key))
    }

    /// The number of a place in a room's state, if it has one.
    pub fn find_state_key(&self, kind: &str, key: &str) -> Result<Option<StateKeyNum>, RoomError> {
        let Some(kind) = self.find_event_type(kind)? else { return Ok(None) };
        if key.is_empty() {
            return Ok(Some(StateKeyNum::new(kind, 0)));
        }
        Ok(self.find(Kind::Key, key)?.map(|key| StateKeyNum::new(kind, key)))
    }

    /// Which place in a room's state it is.
    pub fn state_key_name(&self, key: StateKeyNum) -> Result<(StateEventType, Arc<str>), RoomError> {
        let kind = self.event_type_name(key.event_type())?;
        let name = if key.key() == 0 { "".into() } else { self.name(Kind::Key, key.key())? };
        Ok((StateEventType::from(&*kind), name))
    }

    /// The membership entry of a user in a room's state, if anybody has heard of the user.
    pub fn find_member_key(&self, user: &UserId) -> Result<Option<StateKeyNum>, RoomError> {
        self.find_state_key("m.room.member", user.as_str())
    }

    /// The membership entry, in the state of any room, of the user with this number, if anybody has invited them or let them in.
    pub fn member_key_of(&self, user: UserNum) -> Result<Option<StateKeyNum>, RoomError> {
        if let Some(key) = self.names.member_key(user) {
            return Ok(Some(key));
        }
        let key = self.find_member_key(&self.user_id(user)?)?;
        if let Some(key) = key {
            self.names.insert_member_key(user, key);
        }
        Ok(key)
    }

    /// The membership entry of a user in a room's state.
    pub fn member_key(&self, user: &UserId) -> Result<StateKeyNum, RoomError> {
        Ok(StateKeyNum::new(types::MEMBER, self.assign(Kind::Key, user.as_str())?))
    }
}

#[cfg(test)]
mod tests;
