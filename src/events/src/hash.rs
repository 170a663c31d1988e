//! Content hash, reference hash and event id (specification: server-server API, "Signing events").

use std::borrow::Cow;

use base64::{
    Engine, alphabet,
    engine::{
        DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig,
        general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
    },
};
use ruma::{
    OwnedEventId,
    room_version_rules::{EventIdFormatVersion, RoomVersionRules},
};
use sha2::{Digest, Sha256};

use crate::{PduError, fields::Fields, redaction};

/// The hash over the whole event but `hashes`, `signatures` and `unsigned`, as it stands in `hashes.sha256`.
pub(crate) fn content_hash(event: &Fields<'_>) -> [u8; 32] {
    let hashed = event.filtered(|key, text| {
        (!matches!(key, "hashes" | "signatures" | "unsigned")).then_some(Cow::Borrowed(text))
    });
    sha256(hashed.as_bytes())
}

/// What is signed, and what the reference hash is made of: the redacted event without `signatures` and `unsigned`.
pub(crate) fn signed_text(
    event: &Fields<'_>,
    kind: &str,
    rules: &RoomVersionRules,
) -> Result<String, PduError> {
    redaction::redacted_text(event, kind, &rules.redaction, &["signatures", "unsigned"])
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Unpadded standard base64, as hashes and signatures are written.
pub(crate) fn base64(bytes: &[u8]) -> String {
    STANDARD_NO_PAD.encode(bytes)
}

/// Reads standard base64, padded or not, and as leniently as other servers do about unused last bits.
pub(crate) fn unbase64(text: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    LENIENT.decode(text).ok()
}

/// The event id that is the hash of the event, for room versions that have no `event_id` field (3 and later).
pub(crate) fn event_id_of_hash(hash: &[u8], rules: &RoomVersionRules) -> Result<OwnedEventId, PduError> {
    let encoded = match rules.event_id_format {
        EventIdFormatVersion::V1 | EventIdFormatVersion::V2 => STANDARD_NO_PAD.encode(hash),
        _ => URL_SAFE_NO_PAD.encode(hash),
    };
    OwnedEventId::try_from(format!("${encoded}"))
        .map_err(|error| PduError::format(format!("invalid event id: {error}")))
}
