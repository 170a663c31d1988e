//! Why something with another server can't be done, by what the caller must do.

use http::StatusCode;
use net::NetError;

/// Why another server gave no answer that can be used.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PeerError {
    /// It can't be reached now, or not in time: try again later, or ask another.
    #[error("the server can't be reached: {0}")]
    Unreachable(String),
    /// It did not answer lately, so it was not asked: try again later, or ask another.
    #[error("the server did not answer lately and is left in peace for a while")]
    Waiting,
    /// The operator does not want to speak with it.
    #[error("this server does not speak with that one")]
    NotAllowed,
    /// It said no.
    #[error("the server refused ({status}, {code}): {message}")]
    Refused {
        /// The HTTP status.
        status: StatusCode,
        /// The Matrix error code; `M_UNKNOWN` if it gave none.
        code: String,
        /// What it said, for people. Not to be trusted.
        message: String,
        /// The whole body, for error codes with further fields.
        body: serde_json::Value,
    },
    /// Its answer makes no sense: ask another.
    #[error("the server's answer makes no sense: {0}")]
    Nonsense(String),
}

impl PeerError {
    /// Whether the server said so itself, rather than not being there.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Refused { .. })
    }

    /// Whether the server does not know the endpoint (client-server API, "Common error codes", `M_UNRECOGNIZED`).
    pub(crate) fn is_unknown_endpoint(&self) -> bool {
        matches!(
            self,
            Self::Refused { status: StatusCode::NOT_FOUND | StatusCode::METHOD_NOT_ALLOWED, code, .. }
                if code == "M_UNRECOGNIZED"
        )
    }

    pub(crate) fn nonsense(why: impl std::fmt::Display) -> Self {
        Self::Nonsense(why.to_string())
    }
}

impl From<NetError> for PeerError {
    fn from(error: NetError) -> Self {
        match error {
            NetError::Size(_) => Self::nonsense(error),
            _ => Self::Unreachable(error.to_string()),
        }
    }
}

/// Why a request is not known to come from the server that it names: answer 401 `M_UNAUTHORIZED`, or 403 where it is not
/// allowed.
#[derive(Debug, thiserror::Error)]
pub enum Unproven {
    /// There is no signature, or none that can be read.
    #[error("the request is not signed: {0}")]
    Unsigned(String),
    /// It is for another server.
    #[error("the request is for another server")]
    OtherDestination,
    /// The key that signed can't be had.
    #[error("the key {key} of {server} can't be had")]
    NoKey {
        /// Whose key.
        server: String,
        /// Its id.
        key: String,
    },
    /// The signature is not that of the key.
    #[error("the signature is wrong")]
    Wrong,
    /// The operator does not want to speak with it.
    #[error("this server does not speak with {0}")]
    NotAllowed(String),
    /// The database can't be read.
    #[error(transparent)]
    Read(#[from] storage::ReadError),
}
