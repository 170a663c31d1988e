//! A new name or picture comes into the member events of the person's rooms (spec "Events on Change of Profile
//! Information").
//!
//! Promises: the profile is written first, together with a mark that its rooms do not all know yet; the mark goes when they
//! do, and a restart goes on with what is marked. The last change wins in every room, however many come at once. Rooms
//! that can't be written are left as they are.

use super::{Profiles, read};
use crate::{
    core::Core,
    error::{Result, UserError},
};
use rooms::{MemberChange, MemberProfile, RoomError, ids::RoomNum, ids::UserNum};
use ruma::{OwnedMxcUri, RoomId, UserId, events::StateEventType};
use serde_json::{Map, Value};
use storage::{Commit, tables};

/// Fields of a member event that are not carried over: what the profile says, and what was said of one change only.
const NOT_KEPT: [&str; 7] = [
    "membership",
    "displayname",
    "avatar_url",
    "reason",
    "is_direct",
    "join_authorised_via_users_server",
    "third_party_invite",
];

/// Notes in `commit`, which changes the profile, that the rooms have to hear of it.
pub(super) fn mark(commit: &mut Commit, user: UserNum) {
    commit.with_position(move |position, ops| ops.put(tables::PROFILE_SPREADS, &user.0, &position.0));
}

impl Profiles {
    /// Brings the rooms of `user` in line with their profile, if they are not.
    pub(crate) async fn spread(&self, user: UserNum) -> Result<()> {
        let index = usize::try_from(user.0 % self.spreading.len() as u64).unwrap_or_default();
        let _one_at_a_time = self.spreading[index].lock().await;
        let Some(mark) = self.core.store.get(tables::PROFILE_SPREADS, &user.0)? else { return Ok(()) };
        let user_id = self.core.user_id(user)?;
        for room in self.core.rooms.joined_rooms(user)? {
            match self.rename_in(room, user, &user_id).await {
                Ok(()) => {}
                Err(UserError::Room(error @ (RoomError::Forbidden(_) | RoomError::NotFound(_)))) => {
                    tracing::debug!(%error, %user_id, "a room keeps a member's former name");
                }
                Err(error) => return Err(error),
            }
        }
        self.unmark(user, mark).await
    }

    /// Who has rooms that do not know their profile yet.
    pub(crate) fn marked(&self) -> Result<Vec<UserNum>> {
        self.core.store.scan(tables::PROFILE_SPREADS, ..).map(|row| Ok(UserNum(row?.0))).collect()
    }

    async fn rename_in(&self, room: RoomNum, user: UserNum, user_id: &UserId) -> Result<()> {
        let id = self.core.ids().room_id(room)?;
        // Read anew for each room: a change that came meanwhile is taken along.
        let profile = read(&self.core, user)?;
        let mut change = MemberChange::with_profile(MemberProfile {
            displayname: profile.text("displayname"),
            avatar_url: profile.text("avatar_url").map(OwnedMxcUri::from),
        });
        change.extra = self.kept_fields(room, user_id)?;
        self.rename(&id, user_id, change).await
    }

    fn kept_fields(&self, room: RoomNum, user: &UserId) -> Result<Map<String, Value>> {
        let event = self.core.rooms.current_state(room, &StateEventType::RoomMember, user.as_str())?;
        let mut fields: Map<String, Value> =
            event.and_then(|event| serde_json::from_str(event.content_json()).ok()).unwrap_or_default();
        fields.retain(|key, _| !NOT_KEPT.contains(&key.as_str()));
        Ok(fields)
    }

    async fn rename(&self, room: &RoomId, user: &UserId, change: MemberChange) -> Result<()> {
        self.core.rooms.rename_member(room, user, change).await?;
        Ok(())
    }

    /// Takes the mark away, unless the profile has changed again.
    async fn unmark(&self, user: UserNum, mark: u64) -> Result<()> {
        let _turn = self.core.turn(user).await;
        if self.core.store.latest(tables::PROFILE_SPREADS, &user.0)? == Some(mark) {
            let mut commit = Core::lazy().positions(0);
            commit.delete(tables::PROFILE_SPREADS, &user.0);
            self.core.commit(commit).await?;
        }
        Ok(())
    }
}
