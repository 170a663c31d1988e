//! What can go wrong, by what the caller has to do about it.

use ruma::OwnedUserId;

/// The result of most calls.
pub type Result<T, E = UserError> = std::result::Result<T, E>;

/// Why something about a person was not done. The text is for people.
#[derive(Debug, thiserror::Error)]
pub enum UserError {
    /// Choose another name: this one breaks the grammar (`M_INVALID_USERNAME`).
    #[error("{0}")]
    InvalidUsername(String),
    /// Choose another name: this one is taken (`M_USER_IN_USE`).
    #[error("The name is taken.")]
    UserInUse,
    /// Choose another name: this one belongs to an application service (`M_EXCLUSIVE`).
    #[error("The name is reserved for an application service.")]
    Exclusive,
    /// Choose a stronger password (`M_WEAK_PASSWORD`).
    #[error("{0}")]
    WeakPassword(String),
    /// Not allowed to this caller (`M_FORBIDDEN`).
    #[error("{0}")]
    Forbidden(String),
    /// This person wants no invites (403 `M_INVITE_BLOCKED`).
    #[error("{0} does not want to be invited.")]
    InviteBlocked(OwnedUserId),
    /// The account is gone for good (`M_USER_DEACTIVATED`).
    #[error("The account has been deactivated.")]
    Deactivated,
    /// The account is locked for now (`M_USER_LOCKED`).
    #[error("The account is locked.")]
    Locked,
    /// What the request names does not exist (`M_NOT_FOUND`).
    #[error("{0}")]
    NotFound(String),
    /// Correct a value (`M_INVALID_PARAM`).
    #[error("{0}")]
    InvalidParam(String),
    /// Add a value (`M_MISSING_PARAM`).
    #[error("{0}")]
    MissingParam(String),
    /// Correct the shape of the body (`M_BAD_JSON`).
    #[error("{0}")]
    BadJson(String),
    /// Use the endpoints that the value has of its own (405 `M_BAD_JSON`).
    #[error("{0} is managed by the server and has endpoints of its own.")]
    Managed(String),
    /// Send less (`M_TOO_LARGE`).
    #[error("{0}")]
    TooLarge(String),
    /// Use a shorter profile key (`M_KEY_TOO_LARGE`).
    #[error("A profile key has at most 255 bytes.")]
    KeyTooLarge,
    /// Use a smaller profile (`M_PROFILE_TOO_LARGE`).
    #[error("A profile has at most 64 KiB.")]
    ProfileTooLarge,
    /// Write to the current backup instead (403 `M_WRONG_ROOM_KEYS_VERSION`).
    #[error("The backup version is not the current one.")]
    WrongBackupVersion {
        /// The version to use.
        current: String,
    },
    /// Sign with the right key (`M_INVALID_SIGNATURE`).
    #[error("{0}")]
    InvalidSignature(String),
    /// Log in again (401 `M_UNKNOWN_TOKEN`).
    #[error("The token is not valid, or no longer.")]
    UnknownToken {
        /// The session itself still exists: the client may keep its keys.
        soft_logout: bool,
    },
    /// There are as many as there may be; remove some first (`M_UNKNOWN`: the spec has no code for it).
    #[error("{0}")]
    Limit(String),
    /// Try again soon (`M_LIMIT_EXCEEDED`).
    #[error("The server is busy; try again in a moment.")]
    Busy,
    /// The user is not on this server.
    #[error("{0} is not an account of this server.")]
    NotLocal(OwnedUserId),
    /// The database could not be read: not the caller's fault.
    #[error("the database could not be read")]
    Read(#[from] storage::ReadError),
    /// The database could not be written: not the caller's fault.
    #[error("the database could not be written")]
    Write(#[from] storage::WriteError),
    /// A room could not be changed.
    #[error(transparent)]
    Room(#[from] rooms::RoomError),
    /// A stored value can't be understood: not the caller's fault.
    #[error("a stored value is broken: {0}")]
    Corrupt(String),
}

impl UserError {
    pub(crate) fn forbidden(why: impl Into<String>) -> Self {
        Self::Forbidden(why.into())
    }

    pub(crate) fn not_found(what: impl Into<String>) -> Self {
        Self::NotFound(what.into())
    }

    pub(crate) fn invalid(what: impl Into<String>) -> Self {
        Self::InvalidParam(what.into())
    }

    pub(crate) fn corrupt(what: impl std::fmt::Display) -> Self {
        Self::Corrupt(what.to_string())
    }
}
