//! A parsed, immutable event in the federation format ("persistent data unit").

mod levels;
mod parse;

pub(crate) use self::parse::checked;

use std::{
    ops::Range,
    sync::{Arc, OnceLock},
};

use ruma::{
    EventId, MilliSecondsSinceUnixEpoch, OwnedEventId, OwnedRoomId, OwnedUserId, RoomId, UserId,
    events::{StateEventType, TimelineEventType},
    room_version_rules::RoomVersionRules,
};
use serde_json::value::RawValue;

use crate::{PduError, fields::Fields, hash};

/// The largest event, as canonical JSON with its signatures, in bytes.
pub const MAX_BYTES: usize = 65_536;
/// The most events that an event may follow.
pub const MAX_PREV_EVENTS: usize = 20;
/// The most events that may authorize an event.
pub const MAX_AUTH_EVENTS: usize = 10;
/// The longest identifier, type and state key, in bytes.
pub const MAX_ID_BYTES: usize = 255;

/// A parsed event. Cheap to clone; the text and the parsed fields are shared.
#[derive(Debug, Clone)]
pub struct Pdu {
    inner: Arc<Inner>,
    rejected: bool,
}

#[derive(Debug)]
struct Inner {
    event_id: OwnedEventId,
    /// The `room_id` field, or for create events of room version 12 what follows from the event id.
    room_id: OwnedRoomId,
    has_room_id_field: bool,
    json: Box<str>,
    content: Range<usize>,
    /// Made when first asked for: timelines never ask.
    raw_content: OnceLock<Box<RawValue>>,
    /// For power levels with numbers that are no integers, the content with integers.
    integral_content: OnceLock<Option<Box<RawValue>>>,
    sender: OwnedUserId,
    kind: TimelineEventType,
    state_key: Option<Box<str>>,
    origin_server_ts: MilliSecondsSinceUnixEpoch,
    depth: u64,
    prev_events: Box<[OwnedEventId]>,
    auth_events: Box<[OwnedEventId]>,
    /// The top-level field, if it is an event id.
    redacts: Option<OwnedEventId>,
}

impl Pdu {
    /// Reads an event from outside: brings it into canonical form, drops `unsigned`, checks format and limits of the
    /// room version, and computes the event id. Hashes and signatures are [`crate::verify`]'s.
    ///
    /// # Errors
    /// Whatever makes it no event of such a room; it is to be dropped.
    pub fn from_json(json: impl AsRef<[u8]>, rules: &RoomVersionRules) -> Result<Self, PduError> {
        parse::from_outside(json.as_ref(), rules)
    }

    /// Reads an event that was an event before: `json` is what [`Pdu::json`] gave.
    ///
    /// # Errors
    /// Only when the stored text is damaged.
    pub fn from_stored(event_id: OwnedEventId, json: impl Into<Box<str>>) -> Result<Self, PduError> {
        parse::trusted(event_id, json.into()).map(|(pdu, _)| pdu)
    }

    /// The same event, known to be (or not to be) rejected by the authorization rules. Rejection is not part of an
    /// event; who fetches events for [`crate::auth`] or [`crate::resolve`] says it here.
    pub fn rejected_as(mut self, rejected: bool) -> Self {
        self.rejected = rejected;
        self
    }

    /// As last given to [`Pdu::rejected_as`]; `false` at first.
    pub fn is_rejected(&self) -> bool {
        self.rejected
    }

    /// The id: the `event_id` field in room versions 1 and 2, else the hash of the event.
    pub fn event_id(&self) -> &EventId {
        &self.inner.event_id
    }

    /// The id in its owned form, for look-ups that want one.
    pub fn owned_event_id(&self) -> &OwnedEventId {
        &self.inner.event_id
    }

    /// The canonical JSON as federated.
    pub fn json(&self) -> &str {
        &self.inner.json
    }

    /// The room, also of create events that don't name it (room version 12).
    pub fn room_id(&self) -> &RoomId {
        &self.inner.room_id
    }

    /// Who sent it.
    pub fn sender(&self) -> &UserId {
        &self.inner.sender
    }

    /// The `type` field.
    pub fn kind(&self) -> &TimelineEventType {
        &self.inner.kind
    }

    /// The `state_key`; `None` for events that are no state.
    pub fn state_key(&self) -> Option<&str> {
        self.inner.state_key.as_deref()
    }

    /// Where it stands in a room's state; `None` for events that are no state.
    pub fn state_entry(&self) -> Option<(StateEventType, String)> {
        let key = self.state_key()?.to_owned();
        Some((StateEventType::from(self.kind().to_string()), key))
    }

    /// Whether it is the state event of this type and key.
    pub fn is_state(&self, kind: &TimelineEventType, state_key: &str) -> bool {
        self.kind() == kind && self.state_key() == Some(state_key)
    }

    /// The content as JSON text.
    pub fn content_json(&self) -> &str {
        self.inner.json.get(self.inner.content.clone()).unwrap_or("{}")
    }

    /// The content for serde. Kept after the first call; [`Pdu::content_json`] costs nothing.
    pub fn content(&self) -> &RawValue {
        self.inner.raw_content.get_or_init(|| {
            RawValue::from_string(self.content_json().to_owned())
                .expect("the content was read from this text as one JSON value")
        })
    }

    /// Reads the content as `T`.
    ///
    /// # Errors
    /// When the content doesn't have the form that `T` wants.
    pub fn content_as<'a, T: serde::Deserialize<'a>>(&'a self) -> Result<T, serde_json::Error> {
        serde_json::from_str(self.content_json())
    }

    /// The sender's clock when it was sent.
    pub fn origin_server_ts(&self) -> MilliSecondsSinceUnixEpoch {
        self.inner.origin_server_ts
    }

    /// What the sender says is one more than the greatest depth of the events before it. Not to be trusted.
    pub fn depth(&self) -> u64 {
        self.inner.depth
    }

    /// The events right before it.
    pub fn prev_events(&self) -> &[OwnedEventId] {
        &self.inner.prev_events
    }

    /// The events that authorize it (from room version 12 on without the create event).
    pub fn auth_events(&self) -> &[OwnedEventId] {
        &self.inner.auth_events
    }

    /// For redactions the event to redact: the top-level `redacts`, from room version 11 on that of the content.
    pub fn redacts(&self, rules: &RoomVersionRules) -> Option<OwnedEventId> {
        #[derive(serde::Deserialize)]
        struct Content {
            redacts: OwnedEventId,
        }
        if self.kind() != &TimelineEventType::RoomRedaction {
            return None;
        }
        if !rules.redaction.content_field_redacts {
            return self.inner.redacts.clone();
        }
        self.content_as::<Content>().ok().map(|content| content.redacts)
    }

    /// The reference hash in unpadded base64, as versions 1 and 2 write it beside the ids of earlier events.
    ///
    /// # Errors
    /// Only when the stored text is damaged.
    pub fn reference_hash(&self, rules: &RoomVersionRules) -> Result<String, PduError> {
        let fields = Fields::of(self.json())?;
        let text = hash::signed_text(&fields, &self.kind().to_string(), rules)?;
        Ok(hash::base64(&hash::sha256(text.as_bytes())))
    }

    /// About how many bytes of memory it holds, for caches that are bounded in bytes.
    pub fn weight(&self) -> usize {
        let inner = &*self.inner;
        let ids = inner.prev_events.len() + inner.auth_events.len();
        let raw = inner.raw_content.get().map_or(0, |raw| raw.get().len());
        size_of::<Inner>() + inner.json.len() + raw + ids * 64 + 192
    }
}

impl PartialEq for Pdu {
    /// Equal id and equal text; whether rejected is not compared.
    fn eq(&self, other: &Self) -> bool {
        self.inner.event_id == other.inner.event_id && self.inner.json == other.inner.json
    }
}

impl Eq for Pdu {}

impl ruma::state_res::Event for Pdu {
    type Id = OwnedEventId;

    fn event_id(&self) -> &Self::Id {
        &self.inner.event_id
    }

    /// The field itself: the rules want to know that a version 12 create event has none.
    fn room_id(&self) -> Option<&RoomId> {
        self.inner.has_room_id_field.then_some(&self.inner.room_id)
    }

    fn sender(&self) -> &UserId {
        &self.inner.sender
    }

    fn origin_server_ts(&self) -> MilliSecondsSinceUnixEpoch {
        self.inner.origin_server_ts
    }

    fn event_type(&self) -> &TimelineEventType {
        &self.inner.kind
    }

    /// Power levels with integers only, since the rules look at nothing else of numbers.
    fn content(&self) -> &RawValue {
        if self.inner.kind != TimelineEventType::RoomPowerLevels {
            return self.content();
        }
        let integral = self.inner.integral_content.get_or_init(|| levels::integral(self.content_json()));
        integral.as_deref().unwrap_or_else(|| self.content())
    }

    fn state_key(&self) -> Option<&str> {
        self.state_key()
    }

    fn prev_events(&self) -> Box<dyn DoubleEndedIterator<Item = &Self::Id> + '_> {
        Box::new(self.inner.prev_events.iter())
    }

    fn auth_events(&self) -> Box<dyn DoubleEndedIterator<Item = &Self::Id> + '_> {
        Box::new(self.inner.auth_events.iter())
    }

    fn redacts(&self) -> Option<&Self::Id> {
        self.inner.redacts.as_ref()
    }

    fn rejected(&self) -> bool {
        self.rejected
    }
}

#[cfg(test)]
mod tests;
