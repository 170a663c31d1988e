//! What can go wrong, by what the caller has to do about it.

use std::time::Duration;
use storage::{ReadError, WriteError};

/// Why something about delayed events was not done. The text is for people.
#[derive(Debug, thiserror::Error)]
pub enum DelayedError {
    /// This server does not take delayed events, or none that wait so long (403 `M_FORBIDDEN`).
    #[error("{0}")]
    Forbidden(String),
    /// Too many wait already: one fewer in so much time (429 `M_LIMIT_EXCEEDED`).
    #[error("Too many delayed events are waiting. Cancel one, or wait until the next has been sent.")]
    Full(Duration),
    /// Correct the content (400 `M_BAD_JSON`).
    #[error("The content of an event is a JSON object.")]
    BadContent,
    /// Send less (413 `M_TOO_LARGE`).
    #[error("An event has at most 65,536 bytes.")]
    TooLarge,
    /// There is none with this id, or it is somebody else's (404 `M_NOT_FOUND`).
    #[error("There is no such delayed event.")]
    NotFound,
    /// It ended in another way before (409 `M_UNKNOWN`).
    #[error("{0}")]
    Conflict(&'static str),
    /// The database can't be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The database can't be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// Why a delayed event was not cancelled, restarted or sent.
#[derive(Debug, thiserror::Error)]
pub enum ActionError<R> {
    /// See there.
    #[error(transparent)]
    Delayed(#[from] DelayedError),
    /// It was to be sent at once, and may not be. It stays scheduled.
    #[error("the event was refused")]
    Refused(R),
}
