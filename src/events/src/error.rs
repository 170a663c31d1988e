//! Why JSON is not an event.

use crate::canonical::CanonicalError;

/// Why something can't be an event of its room. Such an event is dropped; nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PduError {
    /// A limit of the specification is exceeded. Answer a client with `M_TOO_LARGE`.
    #[error("{what} is larger than the limit of {limit}")]
    TooLarge {
        /// What is too large, such as "the event" or "`state_key`".
        what: &'static str,
        /// The limit, in bytes or entries.
        limit: usize,
    },
    /// The JSON is malformed or lacks what the room version demands. Answer a client with `M_BAD_JSON`.
    #[error("{0}")]
    Format(String),
}

impl PduError {
    pub(crate) fn format(message: impl Into<String>) -> Self {
        Self::Format(message.into())
    }
}

impl From<CanonicalError> for PduError {
    fn from(error: CanonicalError) -> Self {
        Self::Format(error.to_string())
    }
}
