//! New events of this server: from what is to be said to a hashed, signed and named event.

use std::collections::BTreeMap;

use ruma::{
    MilliSecondsSinceUnixEpoch, OwnedEventId, OwnedRoomId, OwnedUserId, UInt,
    events::TimelineEventType,
    room_version_rules::{EventsReferenceFormatVersion, RoomVersionRules},
};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{
    Pdu, PduError, SigningKey,
    canonical::{Numbers, canonicalize, write_string},
    fields::{Fields, ObjectWriter},
    hash, pdu,
};

/// What an event is to say, and where it stands in its room.
#[derive(Debug, Clone)]
pub struct EventDraft {
    /// Who sends it; a user of the signing key's server.
    pub sender: OwnedUserId,
    /// The `type`.
    pub kind: TimelineEventType,
    /// The state key; `None` for events that are no state.
    pub state_key: Option<String>,
    /// The content, a JSON object in any form.
    pub content: Box<str>,
    /// The forward extremities that it follows, at most [`pdu::MAX_PREV_EVENTS`].
    pub prev_events: Vec<OwnedEventId>,
    /// The state events that [`crate::auth::auth_types`] selects.
    pub auth_events: Vec<OwnedEventId>,
    /// One more than the greatest depth of `prev_events`; 1 for create events.
    pub depth: u64,
    /// The sender's time.
    pub origin_server_ts: MilliSecondsSinceUnixEpoch,
    /// The event to redact, for redactions. Written where the room version wants it.
    pub redacts: Option<OwnedEventId>,
    /// The room; `None` only for create events of room version 12.
    pub room_id: Option<OwnedRoomId>,
    /// For room versions 1 and 2: the [`Pdu::reference_hash`] of each previous and authorizing event.
    pub reference_hashes: BTreeMap<OwnedEventId, String>,
}

/// Hashes, signs and names an event.
///
/// # Errors
/// [`PduError::TooLarge`] beyond the limits of the specification, [`PduError::Format`] when the content is not
/// what the room version allows.
pub fn seal(draft: &EventDraft, rules: &RoomVersionRules, key: &SigningKey) -> Result<Pdu, PduError> {
    let content = canonical_content(draft, rules)?;
    // In room versions 1 and 2 the sender makes up the id. The hash of what is said is as good as random, since no
    // two events of one room follow the same events with the same words at the same time.
    let event_id = rules.event_format.require_event_id.then(|| {
        let digest = hash::sha256(draft_text(draft, rules, &content, None, None).as_bytes());
        let opaque: String =
            hash::base64(&digest).chars().filter(char::is_ascii_alphanumeric).take(32).collect();
        format!("${opaque}:{}", key.server_name())
    });
    let event_id = event_id.as_deref();

    let unhashed = draft_text(draft, rules, &content, event_id, None);
    let hashes = format!(r#"{{"sha256":"{}"}}"#, hash::base64(&hash::sha256(unhashed.as_bytes())));
    let unsigned = draft_text(draft, rules, &content, event_id, Some((&hashes, None)));
    let signed_text = hash::signed_text(&Fields::of(&unsigned)?, &draft.kind.to_string(), rules)?;
    let signatures = key.signatures_object(&key.sign(signed_text.as_bytes()));
    let json = draft_text(draft, rules, &content, event_id, Some((&hashes, Some(&signatures))));
    pdu::checked(&json, Some(&signed_text), rules)
}

/// The event as another server is given it, to complete and sign: without hashes, signatures, and id.
///
/// # Errors
/// [`PduError::Format`] when the content is not what the room version allows.
pub fn template(draft: &EventDraft, rules: &RoomVersionRules) -> Result<String, PduError> {
    let content = canonical_content(draft, rules)?;
    Ok(draft_text(draft, rules, &content, None, None))
}

impl EventDraft {
    /// Reads what another server's [`template`] wrote. Whether it is the event that was asked for is the caller's to see.
    ///
    /// # Errors
    /// [`PduError`] when it is no event of such a room.
    pub fn from_template(json: &str, rules: &RoomVersionRules) -> Result<Self, PduError> {
        #[derive(Deserialize)]
        struct Template {
            sender: OwnedUserId,
            #[serde(rename = "type")]
            kind: TimelineEventType,
            state_key: Option<String>,
            content: Box<RawValue>,
            prev_events: Vec<Reference>,
            auth_events: Vec<Reference>,
            depth: u64,
            origin_server_ts: Option<MilliSecondsSinceUnixEpoch>,
            room_id: Option<OwnedRoomId>,
        }
        if json.len() > pdu::MAX_BYTES {
            return Err(PduError::TooLarge { what: "the event", limit: pdu::MAX_BYTES });
        }
        let read: Template =
            serde_json::from_str(json).map_err(|error| PduError::format(error.to_string()))?;
        if read.prev_events.len() > pdu::MAX_PREV_EVENTS || read.auth_events.len() > pdu::MAX_AUTH_EVENTS {
            return Err(PduError::format("too many `prev_events` or `auth_events`"));
        }
        let mut reference_hashes = BTreeMap::new();
        let mut ids = |references: Vec<Reference>| -> Result<Vec<OwnedEventId>, PduError> {
            references.into_iter().map(|reference| reference.read(rules, &mut reference_hashes)).collect()
        };
        Ok(Self {
            prev_events: ids(read.prev_events)?,
            auth_events: ids(read.auth_events)?,
            sender: read.sender,
            kind: read.kind,
            state_key: read.state_key,
            content: read.content.get().into(),
            depth: read.depth,
            origin_server_ts: read.origin_server_ts.unwrap_or(MilliSecondsSinceUnixEpoch(UInt::MIN)),
            redacts: None,
            room_id: read.room_id,
            reference_hashes,
        })
    }
}

/// An event as others refer to it: by id, in room versions 1 and 2 with its hash.
#[derive(Deserialize)]
#[serde(untagged)]
enum Reference {
    Id(OwnedEventId),
    WithHash(OwnedEventId, Hashes),
}

#[derive(Deserialize)]
struct Hashes {
    sha256: String,
}

impl Reference {
    fn read(
        self,
        rules: &RoomVersionRules,
        hashes: &mut BTreeMap<OwnedEventId, String>,
    ) -> Result<OwnedEventId, PduError> {
        let pairs = rules.events_reference_format == EventsReferenceFormatVersion::V1;
        match self {
            Self::Id(id) if !pairs => Ok(id),
            Self::WithHash(id, hash) if pairs => {
                hashes.insert(id.clone(), hash.sha256);
                Ok(id)
            }
            _ => Err(PduError::format("the events before it are not named as in such a room")),
        }
    }
}

/// The content in canonical form, with `redacts` where it belongs.
fn canonical_content(draft: &EventDraft, rules: &RoomVersionRules) -> Result<String, PduError> {
    if draft.content.len() > 2 * pdu::MAX_BYTES {
        return Err(PduError::TooLarge { what: "the content", limit: pdu::MAX_BYTES });
    }
    let numbers = if rules.authorization.strict_canonical_json { Numbers::Integers } else { Numbers::Any };
    let content = canonicalize(draft.content.as_bytes(), numbers)?;
    match &draft.redacts {
        Some(redacts) if rules.redaction.content_field_redacts => {
            let mut value = String::new();
            write_string(&mut value, redacts.as_str());
            Ok(Fields::of(&content)?.with("redacts", &value))
        }
        _ => Ok(content),
    }
}

/// The event as canonical JSON: keys are written in order.
fn draft_text(
    draft: &EventDraft,
    rules: &RoomVersionRules,
    content: &str,
    event_id: Option<&str>,
    sealed: Option<(&str, Option<&str>)>,
) -> String {
    let mut out = ObjectWriter::new(String::with_capacity(content.len() + 1024));
    out.entry("auth_events", &references(draft, &draft.auth_events, rules));
    out.entry("content", content);
    out.entry("depth", &draft.depth.to_string());
    if let Some(event_id) = event_id {
        out.string("event_id", event_id);
    }
    if let Some((hashes, _)) = sealed {
        out.entry("hashes", hashes);
    }
    out.entry("origin_server_ts", &draft.origin_server_ts.get().to_string());
    out.entry("prev_events", &references(draft, &draft.prev_events, rules));
    if let Some(redacts) = draft.redacts.as_ref().filter(|_| !rules.redaction.content_field_redacts) {
        out.string("redacts", redacts.as_str());
    }
    if let Some(room_id) = &draft.room_id {
        out.string("room_id", room_id.as_str());
    }
    out.string("sender", draft.sender.as_str());
    if let Some((_, Some(signatures))) = sealed {
        out.entry("signatures", signatures);
    }
    if let Some(state_key) = &draft.state_key {
        out.string("state_key", state_key);
    }
    out.string("type", &draft.kind.to_string());
    out.finish()
}

fn references(draft: &EventDraft, ids: &[OwnedEventId], rules: &RoomVersionRules) -> String {
    let pairs = rules.events_reference_format == EventsReferenceFormatVersion::V1;
    let mut out = String::from("[");
    for (index, id) in ids.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        if !pairs {
            write_string(&mut out, id.as_str());
            continue;
        }
        out.push('[');
        write_string(&mut out, id.as_str());
        out.push(',');
        let mut hashes = ObjectWriter::new(out);
        if let Some(hash) = draft.reference_hashes.get(id) {
            hashes.string("sha256", hash);
        }
        out = hashes.finish();
        out.push(']');
    }
    out.push(']');
    out
}

#[cfg(test)]
mod tests;
