//! What a room is in short: for the directory, for people outside (client-server API, "Room Summaries"), and for the
//! member lists of `/sync`.

mod heroes;

pub(crate) use heroes::Heroes;

use crate::{Membership, RoomError, RoomNum, RoomRef, Rooms, StateKeyNum, UserNum, ids::types};
use ruma::{
    EventEncryptionAlgorithm, OwnedMxcUri, OwnedRoomAliasId, OwnedRoomId, RoomId, UInt,
    events::room::history_visibility::HistoryVisibility,
    room::{AllowRule, JoinRule, JoinRuleSummary, RoomSummary, RoomType},
};
use serde::{Deserialize, de::DeserializeOwned};

/// How many are in a room, and who may give it its name (client-server API, `/sync`, `RoomSummary`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemberSummary {
    /// Up to five others, those who came first in front; empty for rooms that have a name of their own.
    pub heroes: Vec<ruma::OwnedUserId>,
    /// How many have joined.
    pub joined: u64,
    /// How many are invited.
    pub invited: u64,
}

#[derive(Deserialize)]
struct Name {
    name: String,
}

#[derive(Deserialize)]
struct Url {
    url: OwnedMxcUri,
}

#[derive(Deserialize)]
struct Alias {
    alias: OwnedRoomAliasId,
}

#[derive(Deserialize)]
struct Create {
    #[serde(rename = "type")]
    room_type: RoomType,
}

#[derive(Deserialize)]
struct Encryption {
    algorithm: EventEncryptionAlgorithm,
}

#[derive(Deserialize)]
struct GuestAccess {
    guest_access: String,
}

/// `m.room.topic` with its text in several forms, of which only the plain one is wanted.
#[derive(Deserialize)]
struct Topic {
    #[serde(default)]
    topic: Option<String>,
    #[serde(default, rename = "m.topic")]
    block: Option<TopicBlock>,
}

#[derive(Deserialize)]
struct TopicBlock {
    #[serde(default, rename = "m.text")]
    text: Vec<TopicText>,
}

#[derive(Deserialize)]
struct TopicText {
    #[serde(default)]
    mimetype: Option<String>,
    body: String,
}

impl Topic {
    fn plain(self) -> Option<String> {
        let is_plain = |text: &TopicText| text.mimetype.as_deref().is_none_or(|kind| kind == "text/plain");
        let block = self.block.and_then(|block| block.text.into_iter().find(is_plain)).map(|text| text.body);
        block.or(self.topic)
    }
}

fn not_empty(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}

impl Rooms {
    /// The room as people outside see it.
    pub fn room_summary(&self, room: &RoomRef) -> Result<RoomSummary, RoomError> {
        let rule = self.join_rule(room)?.unwrap_or(JoinRule::Invite);
        let visibility = self.history_visibility(room.num)?;
        let joined = UInt::new_saturating(self.joined_count(room.num)?);
        let mut summary = RoomSummary::new(
            room.id.clone(),
            JoinRuleSummary::from(rule),
            self.guests_may_join(&room.id)?,
            joined,
            visibility == HistoryVisibility::WorldReadable,
        );
        (summary.name, summary.canonical_alias) = self.called(room.num)?;
        summary.topic =
            self.state_content::<Topic>(room.num, types::TOPIC)?.and_then(Topic::plain).and_then(not_empty);
        summary.avatar_url = self.state_content::<Url>(room.num, types::AVATAR)?.map(|content| content.url);
        summary.avatar_url = summary.avatar_url.filter(|url| !url.as_str().is_empty());
        summary.room_type = self.room_type(room.num)?;
        summary.encryption =
            self.state_content::<Encryption>(room.num, types::ENCRYPTION)?.map(|content| content.algorithm);
        summary.room_version = Some(room.version.clone());
        Ok(summary)
    }

    /// What kind of room it is, if it says so.
    pub(crate) fn room_type(&self, room: RoomNum) -> Result<Option<RoomType>, RoomError> {
        Ok(self.state_content::<Create>(room, types::CREATE)?.map(|content| content.room_type))
    }

    /// Whether guests may join the room (client-server API, "Guest Access"); not if nobody here knows it.
    pub fn guests_may_join(&self, room: &RoomId) -> Result<bool, RoomError> {
        let Some(room) = self.room(room)? else { return Ok(false) };
        let guests = self.state_content::<GuestAccess>(room.num, types::GUEST_ACCESS)?;
        Ok(guests.is_some_and(|content| content.guest_access == "can_join"))
    }

    /// Who may join the room; `None` if it doesn't say, or not in a form that anybody knows.
    pub fn join_rule(&self, room: &RoomRef) -> Result<Option<JoinRule>, RoomError> {
        self.state_content(room.num, types::JOIN_RULES)
    }

    /// Whether a person may be told what the room is: those who are or were asked in, and for others if they could join
    /// or read it.
    pub fn may_preview(&self, room: &RoomRef, viewer: Option<UserNum>) -> Result<bool, RoomError> {
        if let Some(viewer) = viewer
            && self.is_asked_in(room.num, viewer)?
        {
            return Ok(true);
        }
        self.is_shown_to(room, |allowed| match viewer {
            Some(viewer) => self.is_joined(allowed, viewer),
            None => Ok(false),
        })
    }

    /// Whether people outside may be told what the room is: everybody, if all could join or read it, else whoever is in a room
    /// whose members may join it, which `is_in` tells.
    pub(crate) fn is_shown_to(
        &self,
        room: &RoomRef,
        is_in: impl Fn(RoomNum) -> Result<bool, RoomError>,
    ) -> Result<bool, RoomError> {
        if self.history_visibility(room.num)? == HistoryVisibility::WorldReadable {
            return Ok(true);
        }
        let restricted = match self.join_rule(room)? {
            Some(JoinRule::Public | JoinRule::Knock | JoinRule::KnockRestricted(_)) => return Ok(true),
            Some(JoinRule::Restricted(restricted)) => restricted,
            _ => return Ok(false),
        };
        let allowed = restricted.allow.iter().filter_map(|rule| match rule {
            AllowRule::RoomMembership(allowed) => Some(&allowed.room_id),
            _ => None,
        });
        self.any_known(allowed, is_in)
    }

    /// Whether one of these rooms is known here and such that `is_in`.
    pub(crate) fn any_known<'a>(
        &self,
        rooms: impl IntoIterator<Item = &'a OwnedRoomId>,
        is_in: impl Fn(RoomNum) -> Result<bool, RoomError>,
    ) -> Result<bool, RoomError> {
        for room in rooms {
            if let Some(room) = self.ids().find_room(room)?
                && is_in(room)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a person is in the room, is invited, or has knocked.
    pub fn is_asked_in(&self, room: RoomNum, viewer: UserNum) -> Result<bool, RoomError> {
        let info = self.membership(room, viewer)?;
        Ok(info.is_some_and(|info| {
            matches!(info.state, Membership::Join | Membership::Invite | Membership::Knock)
        }))
    }

    /// The name of a room and its canonical alias, as far as it has them.
    pub fn called(&self, room: RoomNum) -> Result<(Option<String>, Option<OwnedRoomAliasId>), RoomError> {
        let name = self.state_content::<Name>(room, types::NAME)?.and_then(|content| not_empty(content.name));
        let alias = self.state_content::<Alias>(room, types::CANONICAL_ALIAS)?;
        Ok((name, alias.map(|content| content.alias)))
    }

    /// Numbers of members, and the heroes if the room has neither name nor canonical alias.
    pub fn summary(&self, room: RoomNum, viewer: UserNum) -> Result<MemberSummary, RoomError> {
        let counts = self.member_counts(room)?;
        let heroes = if self.is_named(room)? { Vec::new() } else { self.heroes(room, viewer)? };
        Ok(MemberSummary { heroes, joined: counts.joined, invited: counts.invited })
    }

    fn is_named(&self, room: RoomNum) -> Result<bool, RoomError> {
        let (name, alias) = self.called(room)?;
        Ok(name.is_some() || alias.is_some())
    }

    /// What the current state event of a type, with the empty key, says; `None` too if it makes no sense.
    fn state_content<T: DeserializeOwned>(
        &self,
        room: RoomNum,
        event_type: u64,
    ) -> Result<Option<T>, RoomError> {
        let event = self.current_state_event(room, StateKeyNum::new(event_type, 0))?;
        let event = event.map(|event| self.known_event(event)).transpose()?;
        Ok(event.and_then(|event| serde_json::from_str(event.pdu.content_json()).ok()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(content: &str) -> Option<String> {
        serde_json::from_str::<Topic>(content).unwrap().plain()
    }

    #[test]
    fn the_topic_is_the_plain_one() {
        let both =
            r#"{"topic":"old","m.topic":{"m.text":[{"mimetype":"text/html","body":"<b>"},{"body":"new"}]}}"#;
        assert_eq!(plain(both).as_deref(), Some("new"));
        assert_eq!(plain(r#"{"topic":"old"}"#).as_deref(), Some("old"));
        let html = r#"{"m.topic":{"m.text":[{"mimetype":"text/html","body":"<b>"}]}}"#;
        assert_eq!(plain(html), None);
    }
}
