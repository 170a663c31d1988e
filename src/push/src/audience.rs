//! Who of this server is in which room, as far as judging needs it: what they are called there, whose push rules are
//! their own, and who has pushers.
//!
//! Promises: a room is read once, when its first event is judged, and then follows what the log brings, so an event in a
//! room of many costs what it says, not how many are there. What is kept is bounded in bytes; what was let go is read again.

use crate::{PushError, names::Names, people::People};
use quick_cache::{Weighter, unsync::Cache};
use rooms::{EventNum, Membership, RoomNum, Rooms, UserNum};
use serde::Deserialize;
use std::{collections::BTreeSet, sync::Arc};
use users::Users;

/// Memory for all rooms.
const BYTES: u64 = 32 << 20;
/// Memory that a room takes at least.
const ROOM_BYTES: usize = 512;

/// The people of this server in one room.
#[derive(Debug, Default)]
pub(crate) struct Audience {
    /// All of them, by their names here.
    pub(crate) names: Names,
    /// Those with push rules of their own.
    pub(crate) custom: BTreeSet<UserNum>,
    /// Those with pushers.
    pub(crate) pushed: BTreeSet<UserNum>,
}

struct ByBytes;

impl Weighter<RoomNum, Audience> for ByBytes {
    fn weight(&self, _: &RoomNum, audience: &Audience) -> u64 {
        (ROOM_BYTES + audience.names.bytes() + (audience.custom.len() + audience.pushed.len()) * 32) as u64
    }
}

/// The rooms whose events were judged lately.
pub(crate) struct Audiences {
    rooms: Rooms,
    users: Users,
    people: Arc<People>,
    kept: Cache<RoomNum, Audience, ByBytes>,
}

impl Audiences {
    pub(crate) fn new(rooms: Rooms, users: Users, people: Arc<People>) -> Self {
        Self { rooms, users, people, kept: Cache::with_weighter(10_000, BYTES, ByBytes) }
    }

    /// The people in a room. Handed to `look`, for a room that is too large to keep is read each time.
    pub(crate) fn with<T>(
        &mut self,
        room: RoomNum,
        look: impl FnOnce(&Audience) -> Result<T, PushError>,
    ) -> Result<T, PushError> {
        if let Some(audience) = self.kept.get(&room) {
            return look(audience);
        }
        let audience = self.read(room)?;
        let result = look(&audience);
        self.kept.insert(room, audience);
        result
    }

    /// Somebody came, went, or is called otherwise.
    pub(crate) fn member_changed(&mut self, room: RoomNum, user: UserNum) -> Result<(), PushError> {
        if !self.kept.contains_key(&room) {
            return Ok(());
        }
        let joined = self.rooms.membership(room, user)?.filter(|info| info.state == Membership::Join);
        let member = joined.map(|info| self.member(user, info.event)).transpose()?.flatten();
        let Some(mut audience) = self.kept.get_mut(&room) else { return Ok(()) };
        match member {
            Some(member) => audience.put(user, member),
            None => audience.remove(user),
        }
        Ok(())
    }

    /// Somebody has other push rules.
    pub(crate) fn rules_changed(&mut self, user: UserNum) -> Result<(), PushError> {
        let custom = self.users.push_rules.is_custom(user)?;
        self.everywhere(user, |audience| put(&mut audience.custom, user, custom))
    }

    /// Somebody has pushers now, or none any more.
    pub(crate) fn pushers_changed(&mut self, user: UserNum) -> Result<(), PushError> {
        let pushed = self.people.has(user);
        self.everywhere(user, |audience| put(&mut audience.pushed, user, pushed))
    }

    /// Changes what is kept of all rooms that the user is in.
    fn everywhere(&mut self, user: UserNum, change: impl Fn(&mut Audience)) -> Result<(), PushError> {
        for room in self.rooms.joined_rooms(user)? {
            if let Some(mut audience) = self.kept.get_mut(&room)
                && audience.names.contains(user)
            {
                change(&mut audience);
            }
        }
        Ok(())
    }

    /// Forgets everything: something of the log was missed.
    pub(crate) fn clear(&mut self) {
        self.kept.clear();
    }

    fn read(&self, room: RoomNum) -> Result<Audience, PushError> {
        let mut audience = Audience::default();
        for (user, info) in self.rooms.members(room, |info| info.state == Membership::Join)? {
            if let Some(member) = self.member(user, info.event)? {
                audience.put(user, member);
            }
        }
        Ok(audience)
    }

    /// What is to know of a joined user; `None` for those of other servers.
    fn member(&self, user: UserNum, event: EventNum) -> Result<Option<Member>, PushError> {
        let id = self.rooms.ids().user_id(user)?;
        if !self.rooms.is_local(&id) {
            return Ok(None);
        }
        let names = [Some(id.localpart().to_owned()), display_name(&self.rooms, event)?];
        Ok(Some(Member {
            names: names.into_iter().flatten().collect(),
            custom: self.users.push_rules.is_custom(user)?,
            pushed: self.people.has(user),
        }))
    }
}

struct Member {
    names: Vec<String>,
    custom: bool,
    pushed: bool,
}

/// Has somebody be among these, or not.
fn put(set: &mut BTreeSet<UserNum>, user: UserNum, is_in: bool) {
    if is_in {
        set.insert(user);
    } else {
        set.remove(&user);
    }
}

impl Audience {
    fn put(&mut self, user: UserNum, member: Member) {
        self.names.put(user, member.names);
        put(&mut self.custom, user, member.custom);
        put(&mut self.pushed, user, member.pushed);
    }

    fn remove(&mut self, user: UserNum) {
        self.names.remove(user);
        self.custom.remove(&user);
        self.pushed.remove(&user);
    }
}

/// How a member event calls its member.
pub(crate) fn display_name(rooms: &Rooms, member: EventNum) -> Result<Option<String>, PushError> {
    #[derive(Deserialize)]
    struct Content {
        displayname: Option<String>,
    }
    let event = rooms.event(member)?;
    let content = event.and_then(|event| event.pdu.content_as::<Content>().ok());
    Ok(content.and_then(|content| content.displayname).filter(|name| !name.is_empty()))
}
