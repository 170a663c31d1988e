//! Who may do what: power levels as the authorization rules see them, read once.

use std::collections::{BTreeMap, HashSet};

pub use ruma::events::room::power_levels::UserPowerLevel;
use ruma::{
    Int, OwnedUserId, UserId,
    events::TimelineEventType,
    room_version_rules::RoomVersionRules,
    state_res::events::{RoomCreateEvent, RoomPowerLevelsEvent, RoomPowerLevelsIntField},
};

use super::Denied;
use crate::Pdu;

/// The power levels of a room's state, with all defaults filled in. Independent of the events it was read from, so it
/// can be kept as long as these two events are the room's.
#[derive(Debug, Clone)]
pub struct PowerLevels {
    users: BTreeMap<OwnedUserId, Int>,
    users_default: Int,
    events: BTreeMap<TimelineEventType, Int>,
    events_default: Int,
    state_default: Int,
    ban: Int,
    kick: Int,
    invite: Int,
    redact: Int,
    notifications: BTreeMap<String, Int>,
    /// Those with infinite power; empty before room version 12.
    creators: HashSet<OwnedUserId>,
}

impl PowerLevels {
    /// Reads the room's create event and, if it has one, its power levels event.
    ///
    /// # Errors
    /// When one of them is malformed; then no event that needs a power level is allowed in the room.
    pub fn read(create: &Pdu, levels: Option<&Pdu>, rules: &RoomVersionRules) -> Result<Self, Denied> {
        let rules = &rules.authorization;
        let creators = RoomCreateEvent::new(create).creators(rules)?;
        let event = levels.map(RoomPowerLevelsEvent::new);
        let field = |field: RoomPowerLevelsIntField| match &event {
            Some(event) => event.get_as_int_or_default(field, rules),
            None => Ok(field.default_value()),
        };
        let mut users = BTreeMap::new();
        let mut events = BTreeMap::new();
        let mut notifications = BTreeMap::new();
        if let Some(event) = &event {
            users = event.users(rules)?.cloned().unwrap_or_default();
            events = event.events(rules)?.unwrap_or_default();
            notifications = event.notifications(rules)?.unwrap_or_default();
        } else if !rules.explicitly_privilege_room_creators {
            // Without power levels the creator rules, as if they said 100.
            users = creators.iter().map(|user| (user.clone(), Int::from(100_i32))).collect();
        }
        Ok(Self {
            users,
            users_default: field(RoomPowerLevelsIntField::UsersDefault)?,
            events,
            events_default: field(RoomPowerLevelsIntField::EventsDefault)?,
            state_default: field(RoomPowerLevelsIntField::StateDefault)?,
            ban: field(RoomPowerLevelsIntField::Ban)?,
            kick: field(RoomPowerLevelsIntField::Kick)?,
            invite: field(RoomPowerLevelsIntField::Invite)?,
            redact: field(RoomPowerLevelsIntField::Redact)?,
            notifications,
            creators: if rules.explicitly_privilege_room_creators { creators } else { HashSet::new() },
        })
    }

    /// The level of a user; creators have infinite power from room version 12 on.
    pub fn of_user(&self, user: &UserId) -> UserPowerLevel {
        if self.creators.contains(user) {
            return UserPowerLevel::Infinite;
        }
        UserPowerLevel::Int(self.users.get(user).copied().unwrap_or(self.users_default))
    }

    /// The level that sending an event of this type takes.
    pub fn to_send(&self, kind: &TimelineEventType, is_state: bool) -> Int {
        let default = if is_state { self.state_default } else { self.events_default };
        self.events.get(kind).copied().unwrap_or(default)
    }

    /// The level that banning and unbanning takes.
    pub fn to_ban(&self) -> Int {
        self.ban
    }

    /// The level that kicking takes.
    pub fn to_kick(&self) -> Int {
        self.kick
    }

    /// The level that inviting takes.
    pub fn to_invite(&self) -> Int {
        self.invite
    }

    /// The level that redacting other people's events takes.
    pub fn to_redact(&self) -> Int {
        self.redact
    }

    /// The level that notifying everyone with `@room` takes (`notifications.room`, default 50).
    pub fn to_notify_room(&self) -> Int {
        self.notifications.get("room").copied().unwrap_or(Int::from(50_i32))
    }

    /// Whether the user's level suffices to send an event of this type.
    pub fn may_send(&self, user: &UserId, kind: &TimelineEventType, is_state: bool) -> bool {
        self.of_user(user) >= self.to_send(kind, is_state)
    }

    /// Whether the server lets its own user redact an event of `sender`: one's own always, others' with enough power.
    pub fn may_redact(&self, redactor: &UserId, sender: &UserId) -> bool {
        redactor == sender || self.of_user(redactor) >= self.redact
    }

    /// Whether a redaction that was accepted into the room takes effect on an event of `sender` (room version 3,
    /// "Handling redactions"): servers answer for all their users. In room versions 1 and 2 every accepted redaction
    /// takes effect, since the authorization rules look at this already.
    pub fn redaction_applies(&self, redactor: &UserId, sender: &UserId) -> bool {
        redactor.server_name() == sender.server_name() || self.of_user(redactor) >= self.redact
    }
}
