//! The authorization rules of each room version (server-server API, "Authorization rules").
//!
//! A received event is checked once with [`check_independent`], then with [`check_against_state`]: against the state
//! of its own auth events, against the state before it (both reject), and against the current state (soft failure).

mod message;
mod power;

use ruma::{
    EventId, UserId,
    events::{StateEventType, TimelineEventType},
    room_version_rules::RoomVersionRules,
    state_res,
};
use serde_json::value::RawValue;

pub use self::{
    message::MessageRules,
    power::{PowerLevels, UserPowerLevel},
};
use crate::Pdu;

/// The rules forbid the event. The reason is a sentence for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Denied {
    /// What is missing or wrong.
    pub reason: String,
}

impl From<String> for Denied {
    fn from(reason: String) -> Self {
        Self { reason }
    }
}

/// Which state entries authorize such an event (server-server API, "Auth events selection"); those that the room has
/// become its `auth_events`.
///
/// # Errors
/// When the content of a membership is malformed.
pub fn auth_types(
    kind: &TimelineEventType,
    sender: &UserId,
    state_key: Option<&str>,
    content: &RawValue,
    rules: &RoomVersionRules,
) -> Result<Vec<(StateEventType, String)>, Denied> {
    Ok(state_res::auth_types_for_event(kind, sender, state_key, content, &rules.authorization)?)
}

/// The same for an event that is there.
///
/// # Errors
/// When the content of a membership is malformed.
pub fn auth_types_of(pdu: &Pdu, rules: &RoomVersionRules) -> Result<Vec<(StateEventType, String)>, Denied> {
    auth_types(pdu.kind(), pdu.sender(), pdu.state_key(), pdu.content(), rules)
}

/// The rules about the event itself and its choice of `auth_events`. `fetch` finds an event by id, with
/// [`Pdu::rejected_as`] said; in room version 12 it is asked for the create event too.
///
/// # Errors
/// When the event is to be rejected.
pub fn check_independent(
    pdu: &Pdu,
    rules: &RoomVersionRules,
    fetch: impl Fn(&EventId) -> Option<Pdu>,
) -> Result<(), Denied> {
    Ok(state_res::check_state_independent_auth_rules(&rules.authorization, pdu, fetch)?)
}

/// The rules that look at a state of the room. `fetch` finds the state event of a type and key.
///
/// # Errors
/// When the state does not allow the event.
pub fn check_against_state(
    pdu: &Pdu,
    rules: &RoomVersionRules,
    fetch: impl Fn(&StateEventType, &str) -> Option<Pdu>,
) -> Result<(), Denied> {
    Ok(state_res::check_state_dependent_auth_rules(&rules.authorization, pdu, fetch)?)
}

#[cfg(test)]
mod tests;
