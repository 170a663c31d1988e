//! What people of this server have to do with rooms that the server is not in: they are invited, ask to enter, or have
//! declined (server-server API, "Inviting to a room", "Knocking upon a room", "Leaving Rooms").
//!
//! Promises: such an event is kept beside the graph of its room, as nothing can be said of its place there. The membership has a
//! position and is in the same commit. Once the server is in the room, the room's state says who is what.

use std::collections::BTreeMap;

use events::{EventDraft, Pdu, client_format, seal};
use ruma::{
    MilliSecondsSinceUnixEpoch, OwnedRoomId, OwnedServerName, OwnedUserId, RoomId, RoomVersionId, UInt,
    UserId,
    events::{StateEventType, TimelineEventType},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, value::RawValue};
use storage::{Position, Ticket, tables};

use super::{Append, MemberChange, Sent};
use crate::{
    Code, EventNum, Membership, MembershipInfo, RoomError, RoomNum, RoomRef, Rooms, UserNum, topics,
};

/// A membership of somebody of this server in a room that the server is not in.
#[derive(Debug, Clone)]
pub struct Outside {
    /// The room.
    pub room: OwnedRoomId,
    /// Its version.
    pub version: RoomVersionId,
    /// The member event. Format, signatures and hashes are checked.
    pub event: Pdu,
    /// What the user is told of the room: state events in full or stripped. What is no state event is left out.
    pub shown: Vec<Box<RawValue>>,
    /// The server that can be told what becomes of it.
    pub told_by: Option<OwnedServerName>,
}

/// A row of `INVITE_STATE`.
#[derive(Debug, Default, Serialize, Deserialize)]
struct ShownRecord {
    /// Stripped state events, as JSON.
    events: Vec<String>,
    told_by: Option<OwnedServerName>,
}

/// The most events, and bytes of them all, that are kept of what a user is told of a room.
const MAX_SHOWN: (usize, usize) = (100, 256 * 1024);

impl Rooms {
    /// Keeps an invite, a knock, or the leaving of somebody who was outside. `None` when this server is in the room: then the
    /// event comes as every other does.
    ///
    /// # Errors
    /// [`RoomError::BadRequest`] when it is no member event of somebody of this server.
    pub async fn keep_outside(&self, outside: Outside) -> Result<Option<Sent>, RoomError> {
        let Outside { room, version, event, shown, told_by } = outside;
        let room = self.room_or_new(&room, &version)?;
        let (user, state) = self.outside_member(&room, &event)?;
        let user_num = self.inner.ids.user(&user)?;
        let event_id = event.owned_event_id().clone();
        let (num, ticket) = {
            let (mut locked, known) = self.lock_or_new(&room).await?;
            let mut append = Append::new(self, locked.clone());
            if self.will_be_resident(room.num)? && !append.is_outside(&user, user_num)? {
                return Ok(None);
            }
            if !known {
                append.commit.put_record(tables::ROOMS, &room.num.0, &room.record());
                locked.forget();
            }
            let num = append.keep_member_event(event)?;
            append.set_outside(user_num, num, state, &ShownRecord { events: stripped(&shown), told_by })?;
            (num, append.submit(Some(&mut locked))?.ticket)
        };
        let position = ticket.await?;
        Ok(Some(Sent { event_id, event: num, position }))
    }

    /// Has somebody who is outside a room be out of it for this server, as no server of the room can be told: by an event that
    /// goes nowhere else. Nothing happens when they are out already.
    pub async fn leave_outside(
        &self,
        room: &RoomId,
        user: &UserId,
        change: &MemberChange,
    ) -> Result<(), RoomError> {
        let room = self.require(room)?;
        let num = self.inner.ids.user(user)?;
        let ticket: Option<Ticket> = {
            let mut locked = self.lock(&room).await?;
            let mut append = Append::new(self, locked.clone());
            match append.latest_membership(num)? {
                Some(info) if append.is_outside(user, num)? && info.state != Membership::Leave => {
                    let leaving = append.leaving(user, info.event, change)?;
                    let event = append.keep_member_event(leaving)?;
                    append.set_outside(num, event, Membership::Leave, &ShownRecord::default())?;
                    Some(append.submit(Some(&mut locked))?.ticket)
                }
                Some(_) => None,
                None => return Err(RoomError::forbidden("You are not in the room")),
            }
        };
        if let Some(ticket) = ticket {
            ticket.await?;
        }
        Ok(())
    }

    /// Whether the user's membership is not from the state of the room as it is here, but was told to this server while it was
    /// not in the room.
    pub fn is_outside(&self, room: RoomNum, user: &UserId) -> Result<bool, RoomError> {
        let Some(info) = self.membership_of(room, user)? else { return Ok(false) };
        let member = StateEventType::RoomMember.to_string();
        let key = self.inner.ids.find_state_key(&member, user.as_str())?;
        let held = key.map(|key| self.current_state_event(room, key)).transpose()?.flatten();
        Ok(held != Some(info.event) && info.state != Membership::Join)
    }

    /// Takes a leave or ban that another server sends for somebody of this server who is outside the room: it takes back the
    /// invite or turns down the knock, which it must name among what authorizes it. Whether it did. Who else may put somebody out
    /// can't be seen from outside the room, so an invite is only taken back by who gave it.
    pub async fn rescind(&self, pdu: Pdu) -> Result<bool, RoomError> {
        let Some(room) = self.room(pdu.room_id())? else { return Ok(false) };
        let Ok((user, state)) = self.outside_member(&room, &pdu) else { return Ok(false) };
        let Some(info) = self.membership_of(room.num, &user)? else { return Ok(false) };
        let waiting = matches!(info.state, Membership::Invite | Membership::Knock);
        if !waiting || !matches!(state, Membership::Leave | Membership::Ban) {
            return Ok(false);
        }
        let known = self.known_event(info.event)?;
        let names_it = pdu.auth_events().iter().any(|id| id == known.event_id());
        if !names_it || (info.state == Membership::Invite && pdu.sender() != known.pdu.sender()) {
            return Ok(false);
        }
        let (id, version) = (room.id.clone(), room.version.clone());
        let outside = Outside { room: id, version, event: pdu, shown: Vec::new(), told_by: None };
        Ok(self.keep_outside(outside).await?.is_some())
    }

    fn outside_member(&self, room: &RoomRef, pdu: &Pdu) -> Result<(OwnedUserId, Membership), RoomError> {
        let bad = |why: &str| RoomError::bad(Code::InvalidParam, why);
        if *pdu.kind() != TimelineEventType::RoomMember || pdu.room_id() != room.id {
            return Err(bad("That is no membership in this room"));
        }
        let user = pdu.state_key().and_then(|key| UserId::parse(key).ok());
        let user = user.filter(|user| self.is_local(user));
        let user = user.ok_or_else(|| bad("That is no membership of anybody of this server"))?;
        let state = Membership::of_event(pdu).filter(|state| *state != Membership::Join);
        Ok((user, state.ok_or_else(|| bad("That is no membership of somebody outside a room"))?))
    }

    /// The server that told the user of a room, or their wish to enter it to the room, while this server was not in it.
    pub fn told_by(&self, room: RoomNum, user: &UserId) -> Result<Option<OwnedServerName>, RoomError> {
        let Some(user) = self.inner.ids.find_user(user)? else { return Ok(None) };
        let row = self.inner.store.get_record::<ShownRecord, _>(tables::INVITE_STATE, &(user.0, room.0))?;
        Ok(row.and_then(|row| row.told_by))
    }

    /// The content of a state event that the user was told of a room while this server was not in it.
    pub fn state_outside(
        &self,
        room: RoomNum,
        user: UserNum,
        (kind, key): (&str, &str),
    ) -> Result<Option<Value>, RoomError> {
        #[derive(Deserialize)]
        struct Event {
            #[serde(rename = "type")]
            kind: String,
            state_key: String,
            content: Value,
        }
        let shown = self.shown_outside(room, user)?.unwrap_or_default();
        let events = shown.iter().filter_map(|text| serde_json::from_str::<Event>(text).ok());
        let mut found = events.filter(|event| event.kind == kind && event.state_key == key);
        Ok(found.next().map(|event| event.content))
    }

    /// What the user was told of a room while this server was not in it, as stripped state events.
    pub(crate) fn shown_outside(
        &self,
        room: RoomNum,
        user: UserNum,
    ) -> Result<Option<Vec<String>>, RoomError> {
        let row = self.inner.store.get_record::<ShownRecord, _>(tables::INVITE_STATE, &(user.0, room.0))?;
        Ok(row.map(|row| row.events))
    }
}

impl Append<'_> {
    fn latest_membership(&self, user: UserNum) -> Result<Option<MembershipInfo>, RoomError> {
        let key = (self.head.room.num.0, user.0);
        let row = self.rooms.inner.store.latest(tables::ROOM_MEMBERS, &key)?;
        row.map(|row| MembershipInfo::from_row(row).ok_or(RoomError::Damaged("a membership"))).transpose()
    }

    /// [`Rooms::is_outside`] once everything queued is written.
    fn is_outside(&self, user: &UserId, num: UserNum) -> Result<bool, RoomError> {
        let Some(info) = self.latest_membership(num)? else { return Ok(false) };
        let held = self.member_event(user)?.map(|event| event.num);
        Ok(held != Some(info.event) && info.state != Membership::Join)
    }

    /// The event by which the user turns down, or takes back, what they had to do with the room.
    fn leaving(&self, user: &UserId, waiting: EventNum, change: &MemberChange) -> Result<Pdu, RoomError> {
        let room = &self.head.room;
        let waiting = self.event(waiting)?;
        let mut reference_hashes = BTreeMap::new();
        if room.rules.event_format.require_event_id {
            reference_hashes.insert(waiting.owned_event_id().clone(), waiting.reference_hash(&room.rules)?);
        }
        let now = UInt::new_saturating(self.rooms.inner.clock.now_ms());
        let draft = EventDraft {
            sender: user.to_owned(),
            kind: TimelineEventType::RoomMember,
            state_key: Some(user.to_string()),
            content: Value::from(change.content(Membership::Leave)).to_string().into(),
            prev_events: vec![waiting.owned_event_id().clone()],
            auth_events: vec![waiting.owned_event_id().clone()],
            depth: waiting.depth() + 1,
            origin_server_ts: MilliSecondsSinceUnixEpoch(now),
            redacts: None,
            room_id: Some(room.id.clone()),
            reference_hashes,
        };
        Ok(seal(&draft, &room.rules, &self.rooms.inner.signing_key)?)
    }

    fn keep_member_event(&mut self, event: Pdu) -> Result<EventNum, RoomError> {
        if let Some(num) = self.find(event.event_id())? {
            return Ok(num);
        }
        let num = self.rooms.inner.ids.reserve_event();
        let around = self.authorizing(&event)?;
        self.keep_outlier(event, num, &around, false)?;
        Ok(num)
    }

    fn set_outside(
        &mut self,
        user: UserNum,
        event: EventNum,
        state: Membership,
        shown: &ShownRecord,
    ) -> Result<(), RoomError> {
        let room = self.head.room.num;
        let sender = self.rooms.inner.ids.user(self.event(event)?.sender())?;
        let info = MembershipInfo { state, event, position: Position::ZERO, sender };
        self.deferred.members.push((self.live, user, info));
        self.live += 1;
        self.commit.topic(topics::user(user));
        if matches!(state, Membership::Invite | Membership::Knock) {
            self.commit.put_record(tables::INVITE_STATE, &(user.0, room.0), shown);
            self.rooms.remember(user, room, &mut self.commit)
        } else {
            self.drop_invite_state(user, state)
        }
    }

    /// Drops what the user was told of the room, once they are in it or have nothing to do with it.
    pub(super) fn drop_invite_state(&mut self, user: UserNum, now: Membership) -> Result<(), RoomError> {
        let key = (user.0, self.head.room.num.0);
        let waits = matches!(now, Membership::Invite | Membership::Knock);
        if !waits
            && self.rooms.inner.store.latest_record::<ShownRecord, _>(tables::INVITE_STATE, &key)?.is_some()
        {
            self.commit.delete(tables::INVITE_STATE, &key);
        }
        Ok(())
    }
}

/// The stripped form of what is a state event, within bounds.
fn stripped(shown: &[Box<RawValue>]) -> Vec<String> {
    #[derive(Deserialize)]
    struct Event {
        #[serde(rename = "type")]
        kind: String,
        state_key: String,
        sender: OwnedUserId,
        content: Box<RawValue>,
    }
    let (max_events, max_bytes) = MAX_SHOWN;
    let mut bytes = 0;
    let events = shown.iter().filter_map(|json| serde_json::from_str::<Event>(json.get()).ok());
    events
        .filter(|event| event.content.get().starts_with('{'))
        .map(|event| {
            client_format::stripped(&event.kind, &event.state_key, &event.sender, event.content.get())
        })
        .take(max_events)
        .take_while(|text| {
            bytes += text.len();
            bytes <= max_bytes
        })
        .collect()
}
