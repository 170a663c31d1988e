//! Events as clients see them (client-server API, "Room event format").

use ruma::{UserId, events::TimelineEventType, room_version_rules::RoomVersionRules};

use crate::{Pdu, canonical::write_string, fields::ObjectWriter};

/// What a client event holds besides the event.
#[derive(Debug, Clone, Copy, Default)]
pub struct Options<'a> {
    /// Whether to write `room_id`; the timelines of `/sync` leave it out.
    pub room_id: bool,
    /// The `unsigned` object as JSON text, if there is one.
    pub unsigned: Option<&'a str>,
}

/// The client form of `pdu`. Redactions name the event they redact both in `content` and at the top level, whatever
/// the room version, as the specification asks (room version 11, "Moving the `redacts` property").
pub fn json(pdu: &Pdu, rules: &RoomVersionRules, options: Options<'_>) -> String {
    let content = pdu.content_json();
    let size = content.len() + options.unsigned.map_or(0, str::len) + 512;
    let mut out = ObjectWriter::new(String::with_capacity(size));
    let redacts = if pdu.kind() == &TimelineEventType::RoomRedaction { pdu.redacts(rules) } else { None };
    match &redacts {
        Some(redacts) if !rules.redaction.content_field_redacts => {
            out.entry("content", &with_redacts(content, redacts.as_str()));
        }
        _ => out.entry("content", content),
    }
    out.string("event_id", pdu.event_id().as_str());
    out.entry("origin_server_ts", &pdu.origin_server_ts().get().to_string());
    if let Some(redacts) = &redacts {
        out.string("redacts", redacts.as_str());
    }
    if options.room_id {
        out.string("room_id", pdu.room_id().as_str());
    }
    out.string("sender", pdu.sender().as_str());
    if let Some(state_key) = pdu.state_key() {
        out.string("state_key", state_key);
    }
    out.string("type", &pdu.kind().to_string());
    if let Some(unsigned) = options.unsigned {
        out.entry("unsigned", unsigned);
    }
    out.finish()
}

/// The stripped form (`content`, `sender`, `state_key`, `type`) that invited and knocking people see of a state event.
pub fn stripped_json(pdu: &Pdu) -> String {
    let state_key = pdu.state_key().unwrap_or_default();
    stripped(&pdu.kind().to_string(), state_key, pdu.sender(), pdu.content_json())
}

/// As [`stripped_json`], of the parts of an event; `content` is a JSON object.
pub fn stripped(kind: &str, state_key: &str, sender: &UserId, content: &str) -> String {
    let mut out = ObjectWriter::new(String::with_capacity(content.len() + 256));
    out.entry("content", content);
    out.string("sender", sender.as_str());
    out.string("state_key", state_key);
    out.string("type", kind);
    out.finish()
}

/// The form of `m.space.child` events in the hierarchy of a space: stripped, with `origin_server_ts`.
pub fn space_child_json(pdu: &Pdu) -> String {
    let mut out = ObjectWriter::new(String::with_capacity(pdu.content_json().len() + 256));
    out.entry("content", pdu.content_json());
    out.entry("origin_server_ts", &pdu.origin_server_ts().get().to_string());
    out.string("sender", pdu.sender().as_str());
    out.string("state_key", pdu.state_key().unwrap_or_default());
    out.string("type", &pdu.kind().to_string());
    out.finish()
}

fn with_redacts(content: &str, redacts: &str) -> String {
    let mut value = String::new();
    write_string(&mut value, redacts);
    match crate::fields::Fields::of(content) {
        Ok(fields) if fields.get("redacts").is_none() => fields.with("redacts", &value),
        _ => content.to_owned(),
    }
}

#[cfg(test)]
mod tests;
