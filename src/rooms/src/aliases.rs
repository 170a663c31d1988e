//! Room aliases of this server (client-server API, "Room aliases").
//!
//! Promises: an alias names at most one room, also when two people want it at once. Anyone in a room may give it aliases;
//! who made one, who has the power to set the room's canonical alias, and admins may remove it.

mod canonical;

use crate::{Code, RoomError, RoomNum, Rooms, UserNum};
use events::auth::PowerLevels;
use parking_lot::{Mutex, MutexGuard};
use ruma::{
    OwnedRoomAliasId, OwnedRoomId, OwnedUserId, RoomAliasId, RoomId, UserId, events::TimelineEventType,
};
use serde::{Deserialize, Serialize};
use storage::{Commit, Durability, tables};

/// A row of `ALIASES`.
#[derive(Debug, Serialize, Deserialize)]
struct AliasRecord {
    room: u64,
    creator: u64,
    created_ms: u64,
}

/// What an alias stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alias {
    /// The room.
    pub room: OwnedRoomId,
    /// Who made it.
    pub creator: OwnedUserId,
    /// When, in milliseconds since the Unix epoch.
    pub created_ms: u64,
}

/// Held while an alias is looked for and taken.
#[derive(Debug, Default)]
pub(crate) struct AliasLock(Mutex<()>);

/// Nobody else takes an alias while this is held.
pub(crate) struct AliasClaim<'a>(#[expect(dead_code, reason = "held, not read")] MutexGuard<'a, ()>);

impl Rooms {
    /// What an alias of this server stands for.
    pub fn alias(&self, alias: &RoomAliasId) -> Result<Option<Alias>, RoomError> {
        let record =
            self.inner.store.get_record::<AliasRecord, _>(tables::ALIASES, &alias.as_str().to_owned())?;
        self.read_alias(record)
    }

    /// As [`Rooms::alias`], of one that may still be in the queue: for the write path.
    pub(crate) fn latest_alias(&self, alias: &RoomAliasId) -> Result<Option<Alias>, RoomError> {
        let record =
            self.inner.store.latest_record::<AliasRecord, _>(tables::ALIASES, &alias.as_str().to_owned())?;
        self.read_alias(record)
    }

    fn read_alias(&self, record: Option<AliasRecord>) -> Result<Option<Alias>, RoomError> {
        let Some(record) = record else { return Ok(None) };
        // Aliases of a room that is being purged name nothing any more.
        let Some(room) = self.room_by_num(RoomNum(record.room))? else { return Ok(None) };
        let creator = self.ids().user_id(UserNum(record.creator))?;
        Ok(Some(Alias { room: room.id.clone(), creator, created_ms: record.created_ms }))
    }

    /// The aliases that people of this server gave a room, in the order of their names.
    pub fn aliases(&self, room: RoomNum) -> Result<Vec<OwnedRoomAliasId>, RoomError> {
        let rows = self.inner.store.scan_prefix(tables::ROOM_ALIASES, &room.0);
        rows.map(|row| {
            let ((_, alias), ()) = row?;
            RoomAliasId::parse(alias).map_err(|_| RoomError::Damaged("an alias that is none"))
        })
        .collect()
    }

    /// Gives a room an alias (client-server API, `PUT /directory/room/{roomAlias}`).
    ///
    /// # Errors
    /// [`RoomError::Conflict`] if the alias is taken, [`RoomError::Forbidden`] for who is not in the room.
    pub async fn set_alias(
        &self,
        alias: &RoomAliasId,
        room: &RoomId,
        user: &UserId,
    ) -> Result<(), RoomError> {
        let room = self.require(room)?;
        let user = self.ids().user(user)?;
        if !self.is_joined(room.num, user)? {
            return Err(RoomError::forbidden("you must be in a room to give it an alias"));
        }
        let ticket = {
            let mut commit = Commit::new(Durability::Sync).positions(0);
            let _claim = self.claim_alias(&mut commit, alias, room.num, user)?;
            self.inner.store.submit(commit)?
        };
        ticket.await?;
        Ok(())
    }

    /// Takes an alias for a room with `commit`. The claim is to be held until the commit has its place in the queue: from
    /// then on everybody sees that it is taken.
    ///
    /// # Errors
    /// [`RoomError::Conflict`] if it is taken, 400 if it is no alias of this server.
    pub(crate) fn claim_alias(
        &self,
        commit: &mut Commit,
        alias: &RoomAliasId,
        room: RoomNum,
        user: UserNum,
    ) -> Result<AliasClaim<'_>, RoomError> {
        self.check_own_alias(alias)?;
        let claim = AliasClaim(self.inner.views.aliases.0.lock());
        // One whose room is being purged is free.
        if self.latest_alias(alias)?.is_some() {
            return Err(RoomError::Conflict(format!("The alias {alias} exists already")));
        }
        let name = alias.as_str().to_owned();
        let record = AliasRecord { room: room.0, creator: user.0, created_ms: self.inner.clock.now_ms() };
        commit.put_record(tables::ALIASES, &name, &record);
        commit.put(tables::ROOM_ALIASES, &(room.0, name), &());
        Ok(claim)
    }

    /// Has all aliases of a room lead to another, with `commit`. As for [`Rooms::claim_alias`].
    pub(crate) fn move_aliases(
        &self,
        commit: &mut Commit,
        from: RoomNum,
        to: RoomNum,
    ) -> Result<AliasClaim<'_>, RoomError> {
        let claim = AliasClaim(self.inner.views.aliases.0.lock());
        for ((_, name), ()) in self.inner.store.latest_prefix(tables::ROOM_ALIASES, &from.0)? {
            let record = self.inner.store.latest_record::<AliasRecord, _>(tables::ALIASES, &name)?;
            let Some(record) = record else { continue };
            commit.put_record(tables::ALIASES, &name, &AliasRecord { room: to.0, ..record });
            commit.delete(tables::ROOM_ALIASES, &(from.0, name.clone()));
            commit.put(tables::ROOM_ALIASES, &(to.0, name), &());
        }
        Ok(claim)
    }

    /// Whether an alias could be taken now, for a room that is to be created. Only [`Rooms::claim_alias`] is sure.
    pub(crate) fn check_free_alias(&self, alias: &RoomAliasId) -> Result<(), RoomError> {
        self.check_own_alias(alias)?;
        match self.latest_alias(alias)? {
            Some(_) => Err(RoomError::bad(Code::RoomInUse, format!("The alias {alias} exists already"))),
            None => Ok(()),
        }
    }

    fn check_own_alias(&self, alias: &RoomAliasId) -> Result<(), RoomError> {
        if alias.server_name() != self.inner.server_name {
            let why = format!("Aliases of {} can't be made here", alias.server_name());
            return Err(RoomError::bad(Code::InvalidParam, why));
        }
        Ok(())
    }

    /// Takes an alias away (client-server API, `DELETE /directory/room/{roomAlias}`), and out of the room's canonical
    /// alias event if the user may change that.
    pub async fn remove_alias(
        &self,
        alias: &RoomAliasId,
        user: &UserId,
        is_admin: bool,
    ) -> Result<(), RoomError> {
        let name = alias.as_str().to_owned();
        let record = self.inner.store.get_record::<AliasRecord, _>(tables::ALIASES, &name)?;
        let record = record.ok_or(RoomError::NotFound("there is no such alias"))?;
        let room = RoomNum(record.room);
        let made_it = self.ids().find_user(user)? == Some(UserNum(record.creator));
        let powerful = self.may_send_state(room, user, &TimelineEventType::RoomCanonicalAlias)?;
        if !made_it && !powerful && !is_admin {
            return Err(RoomError::forbidden("this alias was made by somebody else"));
        }
        let mut commit = Commit::new(Durability::Sync).positions(0);
        commit.delete(tables::ALIASES, &name);
        commit.delete(tables::ROOM_ALIASES, &(room.0, name));
        self.inner.store.commit(commit).await?;
        if powerful { self.drop_canonical(room, user, alias).await } else { Ok(()) }
    }

    /// Whether a user who is in the room has the power to send state events of this type.
    pub fn may_send_state(
        &self,
        room: RoomNum,
        user: &UserId,
        kind: &TimelineEventType,
    ) -> Result<bool, RoomError> {
        let joined = match self.ids().find_user(user)? {
            Some(user) => self.is_joined(room, user)?,
            None => false,
        };
        Ok(joined && self.power_levels(room)?.is_some_and(|power| power.may_send(user, kind, true)))
    }

    /// Who may do what in a room now; `None` if its power levels make no sense.
    pub fn power_levels(&self, room: RoomNum) -> Result<Option<PowerLevels>, RoomError> {
        let Some(info) = self.room_by_num(room)? else { return Ok(None) };
        let event = |key| {
            let event = self.current_state_event(room, key)?;
            event.map(|event| self.known_event(event)).transpose()
        };
        let Some(create) = event(crate::StateKeyNum::CREATE)? else { return Ok(None) };
        let levels = event(crate::StateKeyNum::POWER_LEVELS)?;
        Ok(PowerLevels::read(&create.pdu, levels.as_ref().map(|levels| &levels.pdu), &info.rules).ok())
    }
}
