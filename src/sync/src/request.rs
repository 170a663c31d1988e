//! What a client asks, and what can be wrong with it.

use crate::Token;
use ruma::presence::PresenceState;
use std::time::Duration;

/// A /sync request, its token and times parsed.
#[derive(Clone, Debug, Default)]
pub struct SyncRequest {
    /// Where the client stands; `None` for everything.
    pub since: Option<Token>,
    /// A filter's id, or the filter itself as JSON.
    pub filter: Option<String>,
    /// All state of all rooms again, with a `since` too.
    pub full_state: bool,
    /// What being here says about the user's presence.
    pub set_presence: PresenceState,
    /// How long to wait when nothing is new.
    pub timeout: Duration,
    /// State as it is after the timeline, not before it (MSC4222, spec v1.16).
    pub state_after: StateAfter,
}

/// Whether, and under which name, the state after the timeline is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum StateAfter {
    /// `state`: before the timeline.
    #[default]
    No,
    /// `state_after`.
    Stable,
    /// `org.matrix.msc4222.state_after`.
    Unstable,
}

/// Why a /sync can't be answered.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The filter does not exist or is no filter: answer 400 `M_INVALID_PARAM`.
    #[error("{0}")]
    Filter(String),
    /// Rooms can't be read: answer as their error says.
    #[error(transparent)]
    Rooms(#[from] rooms::RoomError),
    /// Accounts can't be read: answer as their error says.
    #[error(transparent)]
    Users(#[from] users::UserError),
    /// The database can't be read: answer 500.
    #[error(transparent)]
    Read(#[from] storage::ReadError),
}
