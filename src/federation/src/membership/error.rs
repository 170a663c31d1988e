//! Why a membership could not be changed, by what the caller must do.

use crate::{PduRefused, PeerError};
use rooms::RoomError;
use ruma::RoomVersionId;
use storage::ReadError;
use users::UserError;

/// Why a membership could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum MembershipError {
    /// The room, as this server knows it, does not allow it.
    #[error(transparent)]
    Room(#[from] RoomError),
    /// Another server said no, or can't be asked now.
    #[error(transparent)]
    Peer(#[from] PeerError),
    /// No server is known that could be asked: answer 404 `M_NOT_FOUND`.
    #[error("No server is known that is in this room. Add the name of one.")]
    NobodyToAsk,
    /// Only servers that know this room version can take part: answer 400 `M_INCOMPATIBLE_ROOM_VERSION`.
    #[error("The room is of version {0}, which one of the servers does not know.")]
    Incompatible(RoomVersionId),
    /// What the other server sent is not what belongs here: answer 400 `M_INVALID_PARAM`.
    #[error("{0}")]
    Wrong(String),
    /// The other server may not do this: answer 403 `M_FORBIDDEN`.
    #[error("{0}")]
    Forbidden(String),
    /// What is known of this server's people can't be read: answer 500, and log it.
    #[error(transparent)]
    User(#[from] UserError),
    /// The database can't be read: answer 500, and log it.
    #[error(transparent)]
    Read(#[from] ReadError),
}

impl MembershipError {
    pub(super) fn wrong(why: impl Into<String>) -> Self {
        Self::Wrong(why.into())
    }

    pub(super) fn forbidden(why: impl Into<String>) -> Self {
        Self::Forbidden(why.into())
    }
}

impl From<PduRefused> for MembershipError {
    fn from(refused: PduRefused) -> Self {
        match refused {
            PduRefused::Format(_) => Self::Wrong(refused.to_string()),
            PduRefused::Signature(_) => Self::Forbidden(refused.to_string()),
        }
    }
}
