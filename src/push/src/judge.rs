//! One event, one person, their rules.

use crate::{PushError, audience::display_name};
use events::client_format;
use rooms::{RoomRef, Rooms, StoredEvent, UserNum, ViewOptions, counts::Judgement};
use ruma::{
    Int, UInt,
    events::room::power_levels::UserPowerLevel,
    power_levels::NotificationPowerLevels,
    push::{Action, FlattenedJson, PushConditionPowerLevelsCtx, PushConditionRoomCtx, Ruleset},
    room_version_rules::RoomPowerLevelsRules,
    serde::Raw,
};
use serde::Deserialize;
use serde_json::{Value, value::RawValue};
use users::push_rules::is_legacy_mention;

/// What holds for an event whoever reads it.
pub(crate) struct Case<'a> {
    pub(crate) rooms: &'a Rooms,
    pub(crate) room: &'a RoomRef,
    pub(crate) event: &'a StoredEvent,
    fields: FlattenedJson,
    /// It says whom it mentions: then names in its text are none.
    mentions: bool,
    members: UInt,
    power_levels: Option<PushConditionPowerLevelsCtx>,
}

impl<'a> Case<'a> {
    pub(crate) fn of(rooms: &'a Rooms, room: &'a RoomRef, event: &'a StoredEvent) -> Result<Self, PushError> {
        let options = ViewOptions { aggregations: false, ..ViewOptions::of(event.meta.sender, None) };
        let text = rooms.client_view(room, options).json(event)?;
        Self::as_text(rooms, room, event, String::from_utf8(text).ok())
    }

    /// An event that is in no timeline here: somebody was asked into a room of other servers.
    pub(crate) fn of_outside(
        rooms: &'a Rooms,
        room: &'a RoomRef,
        event: &'a StoredEvent,
    ) -> Result<Self, PushError> {
        let options = client_format::Options { room_id: true, unsigned: None };
        let text = client_format::json(&event.pdu, &room.rules, options);
        Self::as_text(rooms, room, event, Some(text))
    }

    fn as_text(
        rooms: &'a Rooms,
        room: &'a RoomRef,
        event: &'a StoredEvent,
        text: Option<String>,
    ) -> Result<Self, PushError> {
        let text = text.and_then(|text| RawValue::from_string(text).ok());
        let text: Raw<Value> = Raw::from_json(text.ok_or(PushError::Damaged("an event that is no JSON"))?);
        let fields = FlattenedJson::from_raw(&text);
        let members = UInt::new_saturating(rooms.joined_count(room.num)?);
        let power_levels = power_levels(rooms, room, event)?;
        Ok(Self { rooms, room, event, fields, mentions: says_whom_it_mentions(event), members, power_levels })
    }

    /// What `rules` have done about the event for `user`, who is not its sender: the actions of the first rule that applies.
    pub(crate) async fn actions<'r>(
        &self,
        user: UserNum,
        rules: &'r Ruleset,
    ) -> Result<&'r [Action], PushError> {
        let user_id = self.rooms.ids().user_id(user)?;
        let member = self.rooms.membership(self.room.num, user)?;
        let name = member.map(|info| display_name(self.rooms, info.event)).transpose()?.flatten();
        let mut context = PushConditionRoomCtx::new(
            self.room.id.clone(),
            self.members,
            user_id.clone(),
            name.unwrap_or_else(|| user_id.localpart().to_owned()),
        );
        context.power_levels = self.power_levels.clone();
        for rule in rules {
            let silent = self.mentions && is_legacy_mention(rule.rule_id());
            if !silent && rule.applies(&self.fields, &context).await {
                return Ok(rule.actions());
            }
        }
        Ok(&[])
    }
}

/// What actions come down to.
pub(crate) fn judgement(actions: &[Action]) -> Judgement {
    Judgement {
        notify: actions.iter().any(Action::should_notify),
        highlight: actions.iter().any(Action::is_highlight),
    }
}

fn says_whom_it_mentions(event: &StoredEvent) -> bool {
    #[derive(Deserialize)]
    struct Content {
        #[serde(rename = "m.mentions")]
        mentions: Option<Value>,
    }
    event.pdu.content_as::<Content>().is_ok_and(|content| content.mentions.is_some())
}

/// What the rules ask of the room's power levels: whether the event's sender may notify the whole room.
fn power_levels(
    rooms: &Rooms,
    room: &RoomRef,
    event: &StoredEvent,
) -> Result<Option<PushConditionPowerLevelsCtx>, PushError> {
    let Some(levels) = rooms.power_levels(room.num)? else { return Ok(None) };
    let sender = event.pdu.sender();
    let level = match levels.of_user(sender) {
        UserPowerLevel::Int(level) => level,
        // A creator of room version 12 has more power than any number says.
        _ => Int::MAX,
    };
    let mut notifications = NotificationPowerLevels::default();
    notifications.room = levels.to_notify_room();
    Ok(Some(PushConditionPowerLevelsCtx::new(
        [(sender.to_owned(), level)].into(),
        Int::from(0),
        notifications,
        RoomPowerLevelsRules::new(&room.rules.authorization, []),
    )))
}
