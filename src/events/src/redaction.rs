//! Redaction: what stays of an event once its content is removed (each room version's page, "Redactions").

use std::borrow::Cow;

use ruma::room_version_rules::{RedactionRules, RoomVersionRules};

use crate::{Pdu, PduError, fields::Fields};

/// The redacted form of `pdu`. It keeps its event id, and its signatures stay valid.
///
/// Who may redact, and the `redacted_because` that clients are shown, are the caller's.
///
/// # Errors
/// Only when the stored event is damaged.
pub fn redact(pdu: &Pdu, rules: &RoomVersionRules) -> Result<Pdu, PduError> {
    let fields = Fields::of(pdu.json())?;
    let json = redacted_text(&fields, &pdu.kind().to_string(), &rules.redaction, &[])?;
    Ok(Pdu::from_stored(pdu.event_id().to_owned(), json)?.rejected_as(pdu.is_rejected()))
}

/// The redacted event as canonical JSON, `without` some top-level keys besides.
pub(crate) fn redacted_text(
    event: &Fields<'_>,
    kind: &str,
    rules: &RedactionRules,
    without: &[&str],
) -> Result<String, PduError> {
    let content = match event.get("content") {
        Some(content) => redacted_content(content, kind, rules)?,
        None => String::new(),
    };
    Ok(event.filtered(|key, text| match key {
        _ if without.contains(&key) => None,
        "content" => Some(Cow::Borrowed(content.as_str())),
        key if keeps_top_level(key, rules) => Some(Cow::Borrowed(text)),
        _ => None,
    }))
}

fn keeps_top_level(key: &str, rules: &RedactionRules) -> bool {
    match key {
        "event_id" | "type" | "room_id" | "sender" | "state_key" | "hashes" | "signatures" | "depth"
        | "prev_events" | "auth_events" | "origin_server_ts" => true,
        "origin" | "membership" | "prev_state" => rules.keep_origin_membership_prev_state,
        _ => false,
    }
}

fn redacted_content(content: &str, kind: &str, rules: &RedactionRules) -> Result<String, PduError> {
    if kind == "m.room.create" && rules.keep_room_create_content {
        return Ok(content.to_owned());
    }
    if !SHORTENED.contains(&kind) {
        return Ok("{}".to_owned());
    }
    let fields = Fields::of(content)?;
    Ok(fields.filtered(|key, text| match (kind, key) {
        ("m.room.member", "third_party_invite") if rules.keep_room_member_third_party_invite_signed => {
            // Only its `signed` stays; what is no object goes.
            let invite = Fields::of(text).ok()?;
            let signed = invite.get("signed");
            Some(Cow::Owned(
                signed.map_or_else(|| "{}".to_owned(), |signed| format!(r#"{{"signed":{signed}}}"#)),
            ))
        }
        _ if keeps_content(kind, key, rules) => Some(Cow::Borrowed(text)),
        _ => None,
    }))
}

/// The types of which something of the content may stay.
const SHORTENED: &[&str] = &[
    "m.room.aliases",
    "m.room.create",
    "m.room.history_visibility",
    "m.room.join_rules",
    "m.room.member",
    "m.room.power_levels",
    "m.room.redaction",
];

fn keeps_content(kind: &str, key: &str, rules: &RedactionRules) -> bool {
    match (kind, key) {
        ("m.room.member", "membership")
        | ("m.room.create", "creator")
        | ("m.room.join_rules", "join_rule")
        | ("m.room.history_visibility", "history_visibility")
        | (
            "m.room.power_levels",
            "ban" | "events" | "events_default" | "kick" | "redact" | "state_default" | "users"
            | "users_default",
        ) => true,
        ("m.room.member", "join_authorised_via_users_server") => {
            rules.keep_room_member_join_authorised_via_users_server
        }
        ("m.room.join_rules", "allow") => rules.keep_room_join_rules_allow,
        ("m.room.power_levels", "invite") => rules.keep_room_power_levels_invite,
        ("m.room.redaction", "redacts") => rules.keep_room_redaction_redacts,
        ("m.room.aliases", "aliases") => rules.keep_room_aliases_aliases,
        _ => false,
    }
}

#[cfg(test)]
mod tests;
