//! Rooms that members of other rooms may join (room versions 8 and later; client-server API, "Restricted rooms").

use std::collections::HashMap;

use ruma::{OwnedRoomId, OwnedUserId, UserId};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Append;
use crate::{Code, Membership, RoomError};

#[derive(Deserialize)]
struct JoinRules {
    join_rule: String,
    #[serde(default)]
    allow: Vec<Value>,
}

#[derive(Deserialize)]
struct Allow {
    #[serde(rename = "type")]
    kind: String,
    room_id: OwnedRoomId,
}

impl Append<'_> {
    /// If the room lets in members of other rooms, says in `content` who vouches for the newcomer.
    pub(super) fn authorise_join(
        &self,
        user: &UserId,
        now: Option<Membership>,
        content: &mut Map<String, Value>,
    ) -> Result<(), RoomError> {
        if matches!(now, Some(Membership::Join | Membership::Invite)) {
            return Ok(());
        }
        let rules = self.head.join_rules.as_ref();
        let Some(rules) = rules.and_then(|event| event.pdu.content_as::<JoinRules>().ok()) else {
            return Ok(());
        };
        let authorization = &self.head.room.rules.authorization;
        let restricted = match rules.join_rule.as_str() {
            "restricted" => authorization.restricted_join_rule,
            "knock_restricted" => authorization.knock_restricted_join_rule,
            _ => false,
        };
        if !restricted {
            return Ok(());
        }
        self.check_allowed(user, &rules)?;
        let voucher = self.find_voucher(user)?;
        let voucher = voucher.ok_or_else(|| {
            let why = "Nobody of this server in the room may let you in".to_owned();
            RoomError::Elsewhere(Code::UnableToGrantJoin, why)
        })?;
        content.insert("join_authorised_via_users_server".to_owned(), voucher.as_str().into());
        Ok(())
    }

    /// Whether the user is in a room whose members may join this one, as far as this server can know.
    fn check_allowed(&self, user: &UserId, rules: &JoinRules) -> Result<(), RoomError> {
        let ids = &self.rooms.inner.ids;
        let user = ids.find_user(user)?;
        let mut knows_all = true;
        let allowed = rules.allow.iter().filter_map(|entry| Allow::deserialize(entry).ok());
        for entry in allowed.filter(|entry| entry.kind == "m.room_membership") {
            let room = ids.find_room(&entry.room_id)?;
            let known = room.map(|room| self.rooms.is_resident(room)).transpose()?.unwrap_or(false);
            knows_all &= known;
            if let (true, Some(room), Some(user)) = (known, room, user)
                && self.rooms.is_joined(room, user)?
            {
                return Ok(());
            }
        }
        if knows_all {
            return Err(RoomError::forbidden("You are in none of the rooms whose members may join this one"));
        }
        let why = "This server is not in all rooms whose members may join this one".to_owned();
        Err(RoomError::Elsewhere(Code::UnableToAuthoriseJoin, why))
    }

    /// Someone of this server in the room with the power to invite.
    fn find_voucher(&self, newcomer: &UserId) -> Result<Option<OwnedUserId>, RoomError> {
        let Some(power) = &self.head.power else { return Ok(None) };
        for user in self.powerful() {
            if power.of_user(&user) >= power.to_invite() && self.is_here(&user)? {
                return Ok(Some(user));
            }
        }
        // Where everybody may invite, anybody will do; otherwise looking at all members finds nobody else.
        if power.of_user(newcomer) < power.to_invite() {
            return Ok(None);
        }
        for num in self.rooms.joined_users(self.head.room.num)? {
            let user = self.rooms.inner.ids.user_id(num)?;
            if power.of_user(&user) >= power.to_invite() && self.is_here(&user)? {
                return Ok(Some(user));
            }
        }
        Ok(None)
    }

    fn is_here(&self, user: &UserId) -> Result<bool, RoomError> {
        if !self.rooms.is_local(user) {
            return Ok(false);
        }
        let event = self.member_event(user)?;
        let membership = event.and_then(|event| Membership::of_content(event.pdu.content_json()));
        Ok(membership == Some(Membership::Join))
    }

    /// Those whom the room names as having power of their own.
    fn powerful(&self) -> Vec<OwnedUserId> {
        #[derive(Deserialize)]
        struct Levels {
            #[serde(default)]
            users: HashMap<OwnedUserId, Value>,
        }
        let mut users = Vec::new();
        if let Some(create) = &self.head.create {
            users.push(create.pdu.sender().to_owned());
        }
        if let Some(levels) = &self.head.levels {
            let levels = levels.pdu.content_as::<Levels>();
            users.extend(
                levels.map(|levels| levels.users.into_keys().collect::<Vec<_>>()).unwrap_or_default(),
            );
        }
        users
    }
}
