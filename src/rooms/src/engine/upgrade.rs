//! Replacing a room by one of another version (client-server API, "Room upgrades").
//!
//! The new room, the tombstone that leads to it and the closing of the old room take their places in the queue one after the
//! other while the old room is locked, so two upgrades at once come one after the other.

mod power;
mod state;

use events::{RoomVersion, RoomVersionRules};
use ruma::{
    OwnedRoomId, OwnedUserId, RoomId, RoomVersionId,
    events::{StateEventType, TimelineEventType},
};
use serde::Deserialize;
use serde_json::{Map, Value, json, value::to_raw_value};
use storage::{Commit, Durability, Ticket};

use super::{Append, Draft, Head, MemberProfile, locks::Locked, send::Written};
use crate::{Code, Membership, RoomError, Rooms, room::RoomRef};

/// A wish for another version of a room.
#[derive(Debug, Clone)]
pub struct Upgrade {
    /// Who upgrades it; a user of this server.
    pub user: OwnedUserId,
    /// How they are called.
    pub profile: MemberProfile,
    /// The version of the new room.
    pub version: RoomVersionId,
    /// Who besides has the power of a creator, in versions that know this.
    pub additional_creators: Vec<OwnedUserId>,
}

/// What is still on its way to the disk.
struct Queued {
    room: OwnedRoomId,
    created: Ticket,
    written: Vec<Written>,
    moved: Ticket,
}

impl Rooms {
    /// Replaces a room: makes another one with its state, points from each to the other, and moves the aliases of this server
    /// and the place in the directory. Where the user has the power for it, nobody can speak in the old room any more.
    ///
    /// # Errors
    /// [`RoomError::Forbidden`] for who is not in the room or may not send its tombstone.
    pub async fn upgrade(&self, room: &RoomId, wish: &Upgrade) -> Result<OwnedRoomId, RoomError> {
        let Some(rules) = RoomVersion::rules(&wish.version) else {
            let why = format!("This server does not know room version {}", wish.version);
            return Err(RoomError::bad(Code::UnsupportedRoomVersion, why));
        };
        let room = self.require(room)?;
        let queued = {
            let mut locked = self.lock(&room).await?;
            self.upgrade_locked(&mut locked, wish, rules)?
        };
        queued.created.await?;
        for written in queued.written {
            self.finish(written).await?;
        }
        queued.moved.await?;
        Ok(queued.room)
    }

    fn upgrade_locked(
        &self,
        locked: &mut Locked,
        wish: &Upgrade,
        rules: RoomVersionRules,
    ) -> Result<Queued, RoomError> {
        self.may_upgrade(locked, wish)?;
        let create = state::new_room(self, locked, wish, &rules)?;
        let (created, room) = self.create_queued(&create, wish.version.clone(), rules)?;
        let tombstone = json!({ "body": "This room has been replaced", "replacement_room": room });
        let tombstone = state_draft(wish, TimelineEventType::RoomTombstone, &tombstone)?;
        let mut written = vec![self.send_locked(locked, &tombstone)?];
        written.extend(self.close_old_room(locked, wish)?);
        let new = self.require(&room)?;
        let moved = self.move_names(&locked.room.clone(), &new)?;
        Ok(Queued { room, created, written, moved })
    }

    fn may_upgrade(&self, locked: &Locked, wish: &Upgrade) -> Result<(), RoomError> {
        let member = Append::new(self, Head::clone(locked)).member_event(&wish.user)?;
        let member = member.and_then(|event| Membership::of_content(event.pdu.content_json()));
        if member != Some(Membership::Join) {
            return Err(RoomError::forbidden("You are not in the room"));
        }
        let power = locked.power.as_deref();
        if power.is_some_and(|power| power.may_send(&wish.user, &TimelineEventType::RoomTombstone, true)) {
            return Ok(());
        }
        Err(RoomError::forbidden("You don't have the power to upgrade this room"))
    }

    /// Takes the old room's canonical alias away and raises what it takes to speak there, as far as the user may.
    fn close_old_room(&self, locked: &mut Locked, wish: &Upgrade) -> Result<Vec<Written>, RoomError> {
        let append = Append::new(self, locked.clone());
        let alias = append.current(&StateEventType::RoomCanonicalAlias, "")?;
        let levels = append.current(&StateEventType::RoomPowerLevels, "")?;
        drop(append);
        let mut drafts = Vec::new();
        if alias.is_some_and(|alias| alias.pdu.content_json() != "{}") {
            drafts.push(state_draft(wish, TimelineEventType::RoomCanonicalAlias, &json!({}))?);
        }
        let levels = levels.and_then(|levels| levels.pdu.content_as::<Map<String, Value>>().ok());
        if let Some(levels) = levels.and_then(power::silenced) {
            drafts.push(state_draft(wish, TimelineEventType::RoomPowerLevels, &levels.into())?);
        }
        let mut written = Vec::new();
        for draft in drafts {
            match self.send_locked(locked, &draft) {
                Ok(one) => written.push(one),
                Err(RoomError::Forbidden(why)) => tracing::debug!(%why, "the old room stays as it is"),
                Err(error) => return Err(error),
            }
        }
        Ok(written)
    }

    /// Has aliases of this server and the directory lead to the new room.
    fn move_names(&self, old: &RoomRef, new: &RoomRef) -> Result<Ticket, RoomError> {
        let mut commit = Commit::new(Durability::Sync).positions(0);
        if self.is_public(old.num) {
            Self::put_visibility(&mut commit, old.num, false);
            Self::put_visibility(&mut commit, new.num, true);
        }
        let _claim = self.move_aliases(&mut commit, old.num, new.num)?;
        Ok(self.inner.store.submit(commit)?)
    }

    /// The room that this one replaces, if it says so.
    pub fn predecessor(&self, room: &RoomRef) -> Result<Option<OwnedRoomId>, RoomError> {
        #[derive(Deserialize)]
        struct Create {
            predecessor: Predecessor,
        }
        #[derive(Deserialize)]
        struct Predecessor {
            room_id: OwnedRoomId,
        }
        let create = self.current_state(room.num, &StateEventType::RoomCreate, "")?;
        let create = create.and_then(|create| create.content_as::<Create>().ok());
        Ok(create.map(|create| create.predecessor.room_id))
    }
}

fn state_draft(wish: &Upgrade, kind: TimelineEventType, content: &Value) -> Result<Draft, RoomError> {
    let content = to_raw_value(content).map_err(|error| RoomError::bad(Code::BadJson, error.to_string()))?;
    Ok(Draft::state(wish.user.clone(), kind, "", content))
}
