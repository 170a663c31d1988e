//! Why something in a room can't be done, by what the caller must do.

use events::{PduError, auth::Denied};

/// What is wrong with a request, as Matrix error codes say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// `M_BAD_JSON`
    BadJson,
    /// `M_INVALID_PARAM`
    InvalidParam,
    /// `M_MISSING_PARAM`
    MissingParam,
    /// `M_BAD_STATE`
    BadState,
    /// `M_BAD_ALIAS`
    BadAlias,
    /// `M_ROOM_IN_USE`
    RoomInUse,
    /// `M_INVALID_ROOM_STATE`
    InvalidRoomState,
    /// `M_UNSUPPORTED_ROOM_VERSION`
    UnsupportedRoomVersion,
    /// `M_INVALID_USERNAME` for members with user ids that no server may make up
    InvalidUsername,
    /// `M_EXCLUSIVE`
    Exclusive,
    /// `M_DUPLICATE_ANNOTATION`
    DuplicateAnnotation,
    /// `M_UNABLE_TO_AUTHORISE_JOIN`
    UnableToAuthoriseJoin,
    /// `M_UNABLE_TO_GRANT_JOIN`
    UnableToGrantJoin,
    /// `M_UNKNOWN` with status 400
    Unknown,
}

impl Code {
    /// The `errcode`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadJson => "M_BAD_JSON",
            Self::InvalidParam => "M_INVALID_PARAM",
            Self::MissingParam => "M_MISSING_PARAM",
            Self::BadState => "M_BAD_STATE",
            Self::BadAlias => "M_BAD_ALIAS",
            Self::RoomInUse => "M_ROOM_IN_USE",
            Self::InvalidRoomState => "M_INVALID_ROOM_STATE",
            Self::UnsupportedRoomVersion => "M_UNSUPPORTED_ROOM_VERSION",
            Self::InvalidUsername => "M_INVALID_USERNAME",
            Self::Exclusive => "M_EXCLUSIVE",
            Self::DuplicateAnnotation => "M_DUPLICATE_ANNOTATION",
            Self::UnableToAuthoriseJoin => "M_UNABLE_TO_AUTHORISE_JOIN",
            Self::UnableToGrantJoin => "M_UNABLE_TO_GRANT_JOIN",
            Self::Unknown => "M_UNKNOWN",
        }
    }
}

/// Why something in a room can't be done.
#[derive(Debug, thiserror::Error)]
pub enum RoomError {
    /// There is no such room, event or alias: answer 404 `M_NOT_FOUND`. The text says what is missing.
    #[error("{0}")]
    NotFound(&'static str),
    /// The rules of the room don't allow it: answer 403 `M_FORBIDDEN`. The text is for people.
    #[error("{0}")]
    Forbidden(String),
    /// This server can't let the user into the room, but another server of the room may be able to: ask one, or answer 403
    /// `M_FORBIDDEN`. If it is another server that asks, answer 400 with the code.
    #[error("{1}")]
    Elsewhere(Code, String),
    /// The request makes no sense: answer 400 with the code.
    #[error("{1}")]
    BadRequest(Code, String),
    /// Something else is in its place already: answer 409 `M_UNKNOWN`.
    #[error("{0}")]
    Conflict(String),
    /// Larger than events may be: answer 413 `M_TOO_LARGE`.
    #[error("{0}")]
    TooLarge(String),
    /// The database can't be read: answer 500, and log it.
    #[error(transparent)]
    Read(#[from] storage::ReadError),
    /// The database takes no change now, and nothing was changed: answer 503.
    #[error(transparent)]
    Write(#[from] storage::WriteError),
    /// Stored data contradicts itself: answer 500, and log it.
    #[error("stored data is damaged: {0}")]
    Damaged(&'static str),
}

impl RoomError {
    pub(crate) fn forbidden(why: impl Into<String>) -> Self {
        Self::Forbidden(why.into())
    }

    pub(crate) fn bad(code: Code, why: impl Into<String>) -> Self {
        Self::BadRequest(code, why.into())
    }
}

impl From<PduError> for RoomError {
    fn from(error: PduError) -> Self {
        match error {
            PduError::TooLarge { .. } => Self::TooLarge(error.to_string()),
            PduError::Format(why) => Self::BadRequest(Code::BadJson, why),
        }
    }
}

impl From<Denied> for RoomError {
    fn from(denied: Denied) -> Self {
        Self::Forbidden(denied.reason)
    }
}
