//! From text to [`Pdu`], in one pass over canonical JSON.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use ruma::{
    MilliSecondsSinceUnixEpoch, OwnedEventId, OwnedRoomId, OwnedUserId, UInt,
    events::TimelineEventType,
    room_version_rules::{EventsReferenceFormatVersion, RoomVersionRules},
};
use serde::{
    Deserialize,
    de::{Deserializer, Error, IgnoredAny, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{Inner, MAX_AUTH_EVENTS, MAX_BYTES, MAX_ID_BYTES, MAX_PREV_EVENTS, Pdu};
use crate::{
    PduError,
    canonical::{Numbers, canonicalize},
    fields::Fields,
    hash,
};

/// The fields that are looked at, and no more.
#[derive(Deserialize)]
struct RawPdu<'a> {
    room_id: Option<OwnedRoomId>,
    sender: OwnedUserId,
    #[serde(rename = "type")]
    kind: TimelineEventType,
    state_key: Option<Box<str>>,
    #[serde(borrow)]
    content: &'a RawValue,
    origin_server_ts: UInt,
    depth: u64,
    prev_events: References,
    auth_events: References,
    #[serde(borrow)]
    redacts: Option<&'a RawValue>,
}

/// `prev_events` or `auth_events`.
struct References {
    ids: Vec<OwnedEventId>,
    /// How many were written as `[id, hashes]`.
    pairs: usize,
}

/// What was seen besides the event itself.
pub(super) struct Seen {
    /// Whether all references have the form of the room version: pairs (versions 1, 2) or plain ids.
    all_pairs: bool,
    all_plain: bool,
}

/// Reads canonical JSON that was checked before.
pub(super) fn trusted(event_id: OwnedEventId, json: Box<str>) -> Result<(Pdu, Seen), PduError> {
    let raw: RawPdu<'_> =
        serde_json::from_str(&json).map_err(|error| PduError::format(format!("not an event: {error}")))?;
    let content = raw.content.get();
    let start = content.as_ptr() as usize - json.as_ptr() as usize;
    let has_room_id_field = raw.room_id.is_some();
    let room_id = match raw.room_id {
        Some(room_id) => room_id,
        None if raw.kind == TimelineEventType::RoomCreate => room_id_of(&event_id)?,
        None => return Err(PduError::format("missing `room_id`")),
    };
    let seen = Seen {
        all_pairs: [&raw.prev_events, &raw.auth_events].iter().all(|list| list.pairs == list.ids.len()),
        all_plain: raw.prev_events.pairs + raw.auth_events.pairs == 0,
    };
    let inner = Inner {
        event_id,
        room_id,
        has_room_id_field,
        content: start..start + content.len(),
        raw_content: OnceLock::new(),
        integral_content: OnceLock::new(),
        sender: raw.sender,
        kind: raw.kind,
        state_key: raw.state_key,
        origin_server_ts: MilliSecondsSinceUnixEpoch(raw.origin_server_ts),
        depth: raw.depth,
        prev_events: raw.prev_events.ids.into(),
        auth_events: raw.auth_events.ids.into(),
        redacts: raw.redacts.and_then(|text| serde_json::from_str(text.get()).ok()),
        json,
    };
    Ok((Pdu { inner: Arc::new(inner), rejected: false }, seen))
}

/// Reads, checks and names an event from outside.
pub(super) fn from_outside(json: &[u8], rules: &RoomVersionRules) -> Result<Pdu, PduError> {
    let numbers = if rules.authorization.strict_canonical_json { Numbers::Integers } else { Numbers::Any };
    let mut canonical = canonicalize(json, numbers)?;
    if canonical.contains("\"unsigned\":") {
        let fields = Fields::of(&canonical)?;
        canonical = fields.filtered(|key, text| (key != "unsigned").then_some(text.into()));
    }
    checked(&canonical, None, rules)
}

/// Checks and names an event that is canonical JSON without `unsigned`. `signed_text` is what its reference hash is
/// made of, if that is known already.
pub(crate) fn checked(
    canonical: &str,
    signed_text: Option<&str>,
    rules: &RoomVersionRules,
) -> Result<Pdu, PduError> {
    if canonical.len() > MAX_BYTES {
        return Err(PduError::TooLarge { what: "the event", limit: MAX_BYTES });
    }
    let fields = Fields::of(canonical)?;
    check_texts(&fields, signed_text.is_none() && counts_characters(rules))?;
    let event_id = event_id(&fields, signed_text, rules)?;
    let (pdu, seen) = trusted(event_id, canonical.into())?;
    check_fields(&pdu, &seen, rules)?;
    Ok(pdu)
}

/// The id: the field, or the hash.
fn event_id(
    fields: &Fields<'_>,
    signed_text: Option<&str>,
    rules: &RoomVersionRules,
) -> Result<OwnedEventId, PduError> {
    if rules.event_format.require_event_id {
        let field = fields.get("event_id").ok_or_else(|| PduError::format("missing `event_id`"))?;
        let event_id: OwnedEventId = serde_json::from_str(field)
            .map_err(|error| PduError::format(format!("invalid `event_id`: {error}")))?;
        if event_id.server_name().is_none() {
            return Err(PduError::format("`event_id` names no server"));
        }
        return Ok(event_id);
    }
    let hash = if let Some(text) = signed_text {
        hash::sha256(text.as_bytes())
    } else {
        let kind = string(fields, "type")?.ok_or_else(|| PduError::format("missing `type`"))?;
        hash::sha256(hash::signed_text(fields, &kind, rules)?.as_bytes())
    };
    hash::event_id_of_hash(&hash, rules)
}

/// Whether others count characters where the specification says bytes: they did before room version 11, so older rooms have
/// events that everybody must know. New events are held to bytes in all versions.
fn counts_characters(rules: &RoomVersionRules) -> bool {
    !rules.redaction.content_field_redacts
}

/// Types and lengths of strings, and what must be objects.
fn check_texts(fields: &Fields<'_>, in_characters: bool) -> Result<(), PduError> {
    let len = |text: String| if in_characters { text.chars().count() } else { text.len() };
    for key in ["event_id", "room_id", "sender", "state_key", "type"] {
        if string(fields, key)?.is_some_and(|text| len(text) > MAX_ID_BYTES) {
            return Err(PduError::TooLarge { what: what_is(key), limit: MAX_ID_BYTES });
        }
    }
    for key in ["content", "hashes", "signatures"] {
        match fields.get(key) {
            Some(text) if text.starts_with('{') => {}
            Some(_) => return Err(PduError::format(format!("`{key}` is no object"))),
            None => return Err(PduError::format(format!("missing `{key}`"))),
        }
    }
    Ok(())
}

fn what_is(key: &str) -> &'static str {
    match key {
        "event_id" => "`event_id`",
        "room_id" => "`room_id`",
        "sender" => "`sender`",
        "state_key" => "`state_key`",
        _ => "`type`",
    }
}

fn string(fields: &Fields<'_>, key: &str) -> Result<Option<String>, PduError> {
    let parse =
        |text| serde_json::from_str(text).map_err(|_| PduError::format(format!("`{key}` is no string")));
    fields.get(key).map(parse).transpose()
}

/// What the room version says about references, depth and the room id.
fn check_fields(pdu: &Pdu, seen: &Seen, rules: &RoomVersionRules) -> Result<(), PduError> {
    if pdu.prev_events().len() > MAX_PREV_EVENTS {
        return Err(PduError::TooLarge { what: "`prev_events`", limit: MAX_PREV_EVENTS });
    }
    if pdu.auth_events().len() > MAX_AUTH_EVENTS {
        return Err(PduError::TooLarge { what: "`auth_events`", limit: MAX_AUTH_EVENTS });
    }
    let well_formed = match rules.events_reference_format {
        EventsReferenceFormatVersion::V1 => seen.all_pairs,
        _ => seen.all_plain,
    };
    if !well_formed {
        return Err(PduError::format("`prev_events` or `auth_events` of another room version"));
    }
    if i64::try_from(pdu.depth()).is_err() {
        return Err(PduError::format("`depth` is out of range"));
    }
    let is_create = pdu.kind() == &TimelineEventType::RoomCreate;
    if !pdu.inner.has_room_id_field && rules.event_format.require_room_create_room_id {
        return Err(PduError::format("missing `room_id`"));
    }
    if !is_create && !rules.event_format.allow_room_create_in_auth_events {
        let create = pdu.room_id().strip_sigil();
        if pdu.auth_events().iter().any(|id| id.as_str().strip_prefix('$') == Some(create)) {
            return Err(PduError::format("`auth_events` names the create event"));
        }
    }
    Ok(())
}

/// The room that a create event of room version 12 begins.
fn room_id_of(create: &OwnedEventId) -> Result<OwnedRoomId, PduError> {
    let hash = create.as_str().trim_start_matches('$');
    OwnedRoomId::try_from(format!("!{hash}"))
        .map_err(|error| PduError::format(format!("invalid room id: {error}")))
}

impl<'de> Deserialize<'de> for References {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct List;
        impl<'de> Visitor<'de> for List {
            type Value = References;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of event ids")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<References, A::Error> {
                let mut list = References { ids: Vec::new(), pairs: 0 };
                while let Some(reference) = seq.next_element()? {
                    match reference {
                        Reference::Plain(id) => list.ids.push(id),
                        Reference::Pair(id) => {
                            list.ids.push(id);
                            list.pairs += 1;
                        }
                    }
                }
                Ok(list)
            }
        }
        deserializer.deserialize_seq(List)
    }
}

/// One earlier event: `"$id"`, or `["$id", {"sha256": "…"}]` in room versions 1 and 2.
enum Reference {
    Plain(OwnedEventId),
    Pair(OwnedEventId),
}

impl<'de> Deserialize<'de> for Reference {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct One;
        impl<'de> Visitor<'de> for One {
            type Value = Reference;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an event id, alone or with its hashes")
            }

            fn visit_str<E: Error>(self, id: &str) -> Result<Reference, E> {
                OwnedEventId::try_from(id).map(Reference::Plain).map_err(E::custom)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Reference, A::Error> {
                let id = seq.next_element()?.ok_or_else(|| A::Error::invalid_length(0, &self))?;
                while seq.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Reference::Pair(id))
            }
        }
        deserializer.deserialize_any(One)
    }
}
