//! Creating a room (client-server API, "Creation"): all its first events in one commit, or none.

mod content;
mod power;

use std::sync::Arc;

use events::{RoomVersion, RoomVersionRules};
use ruma::{OwnedRoomAliasId, OwnedRoomId, OwnedUserId, RoomId, RoomVersionId, events::TimelineEventType};
use serde_json::{Map, Value, json, value::to_raw_value};
use storage::tables;

use super::{Append, Draft, Head, MemberChange, MemberProfile, membership::member_draft};
use crate::{
    Code, Membership, RoomError, Rooms,
    ids::RoomNum,
    room::{RoomInfo, RoomRef},
};

/// What a room is meant for; decides what it starts with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// By invitation.
    PrivateChat,
    /// By invitation; everyone invited has the power of the creator.
    TrustedPrivateChat,
    /// Open to all.
    PublicChat,
}

/// Whether the room is in the public directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Visibility {
    /// It is listed.
    Public,
    /// It is not.
    #[default]
    Private,
}

/// A state event to start with.
#[derive(Debug, Clone)]
pub struct InitialState {
    /// The `type`.
    pub kind: TimelineEventType,
    /// The state key.
    pub state_key: String,
    /// The content.
    pub content: Map<String, Value>,
}

/// A wish for a room.
#[derive(Debug, Clone)]
pub struct CreateRoom {
    /// Who creates it; a user of this server.
    pub creator: OwnedUserId,
    /// How the creator is called.
    pub profile: MemberProfile,
    /// The room version; the configured one if not said.
    pub version: Option<RoomVersionId>,
    /// The preset; follows from the visibility if not said.
    pub preset: Option<Preset>,
    /// In the directory or not.
    pub visibility: Visibility,
    /// An alias of this server.
    pub alias: Option<OwnedRoomAliasId>,
    /// The name.
    pub name: Option<String>,
    /// The topic.
    pub topic: Option<String>,
    /// Who is invited, and how they are called.
    pub invites: Vec<(OwnedUserId, MemberProfile)>,
    /// People of other servers who will be invited once the room is there: where everyone invited has the power of the creator,
    /// so have they.
    pub invites_elsewhere: Vec<OwnedUserId>,
    /// Whether invites say that it is a direct chat.
    pub is_direct: bool,
    /// Fields of the power levels that replace those of the preset.
    pub power_level_override: Map<String, Value>,
    /// State events, in order.
    pub initial_state: Vec<InitialState>,
    /// Fields of the create event.
    pub creation_content: Map<String, Value>,
}

impl CreateRoom {
    /// A private room of `creator` with nothing special.
    pub fn by(creator: OwnedUserId) -> Self {
        Self {
            creator,
            profile: MemberProfile::default(),
            version: None,
            preset: None,
            visibility: Visibility::Private,
            alias: None,
            name: None,
            topic: None,
            invites: Vec::new(),
            invites_elsewhere: Vec::new(),
            is_direct: false,
            power_level_override: Map::new(),
            initial_state: Vec::new(),
            creation_content: Map::new(),
        }
    }

    fn preset(&self) -> Preset {
        self.preset.unwrap_or(match self.visibility {
            Visibility::Public => Preset::PublicChat,
            Visibility::Private => Preset::PrivateChat,
        })
    }

    /// All who are or will be invited.
    fn invited(&self) -> impl Iterator<Item = &OwnedUserId> {
        self.invites.iter().map(|(user, _)| user).chain(&self.invites_elsewhere)
    }

    fn starts_with(&self, kind: &TimelineEventType) -> bool {
        self.initial_state.iter().any(|event| event.kind == *kind && event.state_key.is_empty())
    }
}

impl Rooms {
    /// Creates a room. It is there for everyone at once with all that was asked for, or not at all.
    pub async fn create(&self, wish: CreateRoom) -> Result<OwnedRoomId, RoomError> {
        let version = wish.version.clone().unwrap_or_else(|| self.inner.settings.default_version.clone());
        let Some(rules) = RoomVersion::rules(&version) else {
            let why = format!("This server does not know room version {version}");
            return Err(RoomError::bad(Code::UnsupportedRoomVersion, why));
        };
        let (ticket, id) = self.create_queued(&wish, version, rules)?;
        ticket.await?;
        Ok(id)
    }

    pub(super) fn create_queued(
        &self,
        wish: &CreateRoom,
        version: RoomVersionId,
        rules: RoomVersionRules,
    ) -> Result<(storage::Ticket, OwnedRoomId), RoomError> {
        if let Some(alias) = &wish.alias {
            self.check_free_alias(alias)?;
        }
        let create = content::create(wish, &version, &rules)?;
        let nowhere = self.unnamed(version, rules)?;
        let mut append = Append::new(self, Head::empty(nowhere));
        append.found(state(wish, TimelineEventType::RoomCreate, &create)?)?;
        let room = append.head.room.clone();
        for draft in content::drafts(wish, &room)? {
            append.write(&draft).map_err(invalid)?;
        }
        for (user, profile) in &wish.invites {
            let mut change = MemberChange::with_profile(profile.clone());
            if wish.is_direct {
                change.extra.insert("is_direct".to_owned(), true.into());
            }
            let content = change.content(Membership::Invite);
            append.write(&member_draft(&room, &wish.creator, user, &content)?).map_err(invalid)?;
        }
        append.commit.put_record(tables::ROOMS, &room.num.0, &room.record());
        if wish.visibility == Visibility::Public {
            append.commit.put(tables::DIRECTORY, &room.num.0, &());
        }
        // The last thing that can go wrong. Held until the commit is queued, so that no other room takes the alias.
        let _claim = match &wish.alias {
            Some(alias) => {
                let creator = self.inner.ids.user(&wish.creator)?;
                Some(self.claim_alias(&mut append.commit, alias, room.num, creator).map_err(in_use)?)
            }
            None => None,
        };
        let submitted = append.submit(None)?;
        Ok((submitted.ticket, room.id.clone()))
    }

    /// A room that has no name before its create event is sealed; in older versions a random one.
    fn unnamed(&self, version: RoomVersionId, rules: RoomVersionRules) -> Result<RoomRef, RoomError> {
        let id = if rules.event_format.require_room_create_room_id {
            let text = config::random::token(&*self.inner.entropy, 18);
            format!("!{text}:{}", self.inner.server_name)
        } else {
            format!("!:{}", self.inner.server_name)
        };
        let id = RoomId::parse(id).map_err(|_| RoomError::Damaged("a room id that is none"))?;
        let num = if rules.event_format.require_room_create_room_id {
            self.inner.ids.room(&id)?
        } else {
            RoomNum(0)
        };
        Ok(Arc::new(RoomInfo { num, id, version, rules, since_ms: self.inner.clock.now_ms() }))
    }
}

/// What the rules deny in a new room was asked for wrongly.
fn invalid(error: RoomError) -> RoomError {
    match error {
        RoomError::Forbidden(why) => RoomError::BadRequest(Code::InvalidRoomState, why),
        other => other,
    }
}

/// A taken alias is the wish's mistake.
fn in_use(error: RoomError) -> RoomError {
    match error {
        RoomError::Conflict(why) => RoomError::BadRequest(Code::RoomInUse, why),
        other => other,
    }
}

fn state(wish: &CreateRoom, kind: TimelineEventType, content: &Value) -> Result<Draft, RoomError> {
    state_at(wish, kind, "", content)
}

fn state_at(
    wish: &CreateRoom,
    kind: TimelineEventType,
    key: &str,
    content: &Value,
) -> Result<Draft, RoomError> {
    let content = to_raw_value(content).map_err(|error| RoomError::bad(Code::BadJson, error.to_string()))?;
    Ok(Draft::state(wish.creator.clone(), kind, key, content))
}

impl Append<'_> {
    /// Adds the create event. The room then has its id.
    fn found(&mut self, mut draft: Draft) -> Result<(), RoomError> {
        // The same event is sealed twice where its id decides what the room is called.
        let pdu = loop {
            draft.timestamp = Some(self.rooms.founding_time());
            let pdu = self.seal(&draft, &Vec::new())?;
            // Only a clock that went back can say the same twice.
            if self.rooms.inner.ids.find_event(pdu.event_id())?.is_none() {
                break pdu;
            }
        };
        if pdu.room_id() != self.head.room.id {
            let old = &self.head.room;
            let room = RoomInfo {
                num: self.rooms.inner.ids.room(pdu.room_id())?,
                id: pdu.room_id().to_owned(),
                version: old.version.clone(),
                rules: old.rules.clone(),
                since_ms: old.since_ms,
            };
            *self = Append::new(self.rooms, Head::empty(Arc::new(room)));
        }
        events::auth::check_independent(&pdu, &self.head.room.rules, |_| None)
            .map_err(|denied| invalid(denied.into()))?;
        self.write(&draft).map_err(invalid)?;
        Ok(())
    }
}

fn text(value: Option<&String>) -> Option<&str> {
    value.map(String::as_str).filter(|text| !text.is_empty())
}

fn name_content(name: &str) -> Value {
    json!({ "name": name })
}
