//! Whether a received event is what its servers signed (server-server API, "Validating hashes and signatures on
//! received events").

use std::collections::BTreeSet;

use ruma::{
    MilliSecondsSinceUnixEpoch, OwnedServerName, ServerName, SigningKeyAlgorithm, UserId,
    events::TimelineEventType, room_version_rules::RoomVersionRules, signatures::verify_canonical_json_bytes,
};
use serde::Deserialize;

use crate::{Pdu, PduError, fields::Fields, hash, redact};

/// What a received event turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verified {
    /// Signatures and content hash are right.
    All,
    /// The signatures are right, the content hash is not: somebody redacted the event (or changed its content). Go on
    /// with this redacted copy.
    Redacted(Pdu),
}

/// A public key of another server, ed25519.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyKey {
    /// The raw public key.
    pub key: [u8; 32],
    /// Until when it signs events, by their own time; `None` for ever. Looked at from room version 5 on.
    pub valid_until: Option<MilliSecondsSinceUnixEpoch>,
}

/// Why an event is not to be believed. It is dropped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifyError {
    /// A server that must have signed did not.
    #[error("not signed by {0}")]
    Unsigned(OwnedServerName),
    /// No key of this server that signed the event is known, or none was valid at the event's time. Fetching the
    /// server's keys may help.
    #[error("no valid key of {0} is known")]
    UnknownKey(OwnedServerName),
    /// The signature is wrong.
    #[error("the signature of {0} is wrong")]
    WrongSignature(OwnedServerName),
    /// The event is not well-formed.
    #[error(transparent)]
    Format(#[from] PduError),
}

/// Checks the signatures of all servers that must sign `pdu`, then its content hash. `keys` finds a server's key by
/// its id (`ed25519:VERSION`).
///
/// # Errors
/// When the event must be dropped, see [`VerifyError`].
pub fn check_hash_and_signatures(
    pdu: &Pdu,
    rules: &RoomVersionRules,
    keys: impl Fn(&ServerName, &str) -> Option<VerifyKey>,
) -> Result<Verified, VerifyError> {
    let fields = Fields::of(pdu.json())?;
    let text = hash::signed_text(&fields, &pdu.kind().to_string(), rules)?;
    let signatures = Fields::of(fields.get("signatures").unwrap_or("{}"))?;
    for server in required_signatures(pdu, rules)? {
        let own = signatures.get(server.as_str()).ok_or_else(|| VerifyError::Unsigned(server.clone()))?;
        let key = |id: &str| keys(&server, id).filter(|key| is_good_for(key, pdu, rules));
        check_one(&server, &Fields::of(own)?, &text, key)?;
    }
    if content_hash_matches(&fields) {
        Ok(Verified::All)
    } else {
        Ok(Verified::Redacted(redact(pdu, rules)?))
    }
}

/// `pdu` with the signatures that a server has put on a copy of it. Of the copy nothing else is looked at, and signatures by keys
/// that are not known are left out.
///
/// # Errors
/// When the server did not sign it, or signed something else; see [`VerifyError`].
pub fn countersigned(
    pdu: &Pdu,
    (server, copy): (&ServerName, &str),
    rules: &RoomVersionRules,
    keys: impl Fn(&ServerName, &str) -> Option<VerifyKey>,
) -> Result<Pdu, VerifyError> {
    let fields = Fields::of(pdu.json())?;
    let text = hash::signed_text(&fields, &pdu.kind().to_string(), rules)?;
    let copy = Fields::of(copy)?;
    let told = Fields::of(copy.get("signatures").unwrap_or("{}"))?;
    let told = told.get(server.as_str()).ok_or_else(|| VerifyError::Unsigned(server.to_owned()))?;
    let key = |id: &str| keys(server, id).filter(|key| is_good_for(key, pdu, rules));
    let told = Fields::of(told)?;
    check_one(server, &told, &text, key)?;
    let all = Fields::of(fields.get("signatures").unwrap_or("{}"))?;
    let mut own = all.get(server.as_str()).unwrap_or("{}").to_owned();
    for (id, signature) in told.iter().filter(|(id, _)| id.starts_with("ed25519:") && key(id).is_some()) {
        let signature: String =
            serde_json::from_str(signature).map_err(|error| PduError::format(error.to_string()))?;
        own = Fields::of(&own)?.with(id, &format!("\"{signature}\""));
    }
    let json = fields.with("signatures", &all.with(server.as_str(), &own));
    Ok(Pdu::from_stored(pdu.event_id().to_owned(), json)?.rejected_as(pdu.is_rejected()))
}

/// Whether a key could sign the event when it was sent.
fn is_good_for(key: &VerifyKey, pdu: &Pdu, rules: &RoomVersionRules) -> bool {
    !rules.enforce_key_validity || key.valid_until.is_none_or(|until| until >= pdu.origin_server_ts())
}

/// The servers that must have signed an event: the sender's, except on invites by e-mail or phone; in room versions 1
/// and 2 that of the event id; from version 8 on that of the user who let the sender into a restricted room.
pub fn required_signatures(
    pdu: &Pdu,
    rules: &RoomVersionRules,
) -> Result<BTreeSet<OwnedServerName>, PduError> {
    #[derive(Default, Deserialize)]
    struct Member {
        #[serde(default)]
        membership: Option<serde_json::Value>,
        #[serde(default)]
        third_party_invite: Option<serde_json::Value>,
        #[serde(default)]
        join_authorised_via_users_server: Option<serde_json::Value>,
    }
    let member: Member = if pdu.kind() == &TimelineEventType::RoomMember {
        pdu.content_as().map_err(|error| PduError::format(format!("malformed membership: {error}")))?
    } else {
        Member::default()
    };
    let membership = member.membership.as_ref().and_then(|value| value.as_str());
    let mut servers = BTreeSet::new();
    if !(membership == Some("invite") && member.third_party_invite.is_some_and(|invite| invite.is_object())) {
        servers.insert(pdu.sender().server_name().to_owned());
    }
    if rules.signatures.check_event_id_server {
        let server = pdu.event_id().server_name();
        servers.insert(server.ok_or_else(|| PduError::format("`event_id` names no server"))?.to_owned());
    }
    if rules.signatures.check_join_authorised_via_users_server
        && membership == Some("join")
        && let Some(user) = member.join_authorised_via_users_server
    {
        let user = user.as_str().and_then(|user| <&UserId>::try_from(user).ok());
        let user =
            user.ok_or_else(|| PduError::format("`join_authorised_via_users_server` is no user id"))?;
        servers.insert(user.server_name().to_owned());
    }
    Ok(servers)
}

/// Checks a server's signature on a JSON text in canonical form without `signatures` and `unsigned`. Keys that are
/// not known are skipped, but one must be known; all known ones must have signed rightly.
fn check_one(
    server: &ServerName,
    signatures: &Fields<'_>,
    text: &str,
    key: impl Fn(&str) -> Option<VerifyKey>,
) -> Result<(), VerifyError> {
    let mut known = false;
    for (id, signature) in signatures.iter().filter(|(id, _)| id.starts_with("ed25519:")) {
        let Some(key) = key(id) else { continue };
        known = true;
        let wrong = || VerifyError::WrongSignature(server.to_owned());
        let signature: String = serde_json::from_str(signature).map_err(|_| wrong())?;
        let signature = hash::unbase64(&signature).ok_or_else(wrong)?;
        verify_canonical_json_bytes(&SigningKeyAlgorithm::Ed25519, &key.key, &signature, text.as_bytes())
            .map_err(|_| wrong())?;
    }
    if known { Ok(()) } else { Err(VerifyError::UnknownKey(server.to_owned())) }
}

fn content_hash_matches(event: &Fields<'_>) -> bool {
    let hashes = event.get("hashes").and_then(|text| Fields::of(text).ok());
    let stated: Option<String> =
        hashes.and_then(|hashes| hashes.get("sha256").and_then(|text| serde_json::from_str(text).ok()));
    stated
        .and_then(|stated| hash::unbase64(&stated))
        .is_some_and(|stated| stated == hash::content_hash(event))
}

#[cfg(test)]
mod tests;
