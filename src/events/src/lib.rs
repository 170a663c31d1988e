//! The pure rules of Matrix rooms, for room versions 1 to 12: the format of events (PDUs), their ids, hashes and
//! signatures, redaction, authorization and state resolution.
//!
//! Invariants of this crate: no I/O, no clock, no randomness, no storage, no async. Every function is a function of
//! its arguments, so that two servers with the same events come to the same answers. Events that are not at hand are
//! asked for through closures or the [`resolve::Source`] trait.
//!
//! [`ruma`] is the base. What it lacks is added here: state resolution of room version 1, numbers that are no
//! integers in room versions 1 to 5, and work in proportion to the conflict for the later resolution algorithms.

pub mod auth;
pub mod canonical;
pub mod client_format;
mod draft;
mod error;
mod fields;
mod hash;
pub mod pdu;
pub mod redaction;
pub mod relation;
pub mod resolve;
pub mod signing;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod verify;
pub mod version;

pub use draft::{EventDraft, seal, template};
pub use error::PduError;
pub use pdu::Pdu;
pub use redaction::redact;
pub use signing::SigningKey;
pub use version::{RoomVersion, RoomVersionRules};
