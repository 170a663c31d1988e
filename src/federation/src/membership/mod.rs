//! Coming, going and inviting across servers (server-server API, "Joining Rooms", "Knocking upon a room", "Inviting to a room",
//! "Leaving Rooms").
//!
//! Promises: whoever is answered that they joined has the room, whole and on disk; a server that lies or stalls costs time and
//! nothing else, as long as another one of the room is known; what another server may not do to a room is refused and nothing
//! is stored. This server signs only what the room's rules let it vouch for.

mod candidates;
mod draft;
mod error;
mod invite;
mod invited;
mod join;
mod knock;
mod leave;
mod send_join;
mod sent;
mod templates;

pub use self::{error::MembershipError, invited::Invitation, send_join::LetIn, sent::SentEvent};

use std::time::Duration;

/// How long a server may take for a template, or for taking in what is not a join.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long it may take to tell the state of a whole room.
const STATE_PATIENCE: Duration = Duration::from_secs(150);
