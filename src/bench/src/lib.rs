//! A load harness for Matrix homeservers.
//!
//! It speaks only the public client-server API over plain HTTP/1.1, so it measures any homeserver alike. Beside it
//! stands the [`floor`]: a server without rules, whose figures are what HTTP, the kernel and the disk cost on this
//! machine. Ratios to the floor hold from one machine to the next; milliseconds do not.

pub mod api;
pub mod authority;
pub mod cli;
pub mod clock;
pub mod drive;
pub mod floor;
pub mod http;
pub mod people;
pub mod process;
pub mod report;
pub mod run;
pub mod scale;
pub mod scenario;
pub mod stats;
pub mod synapse;
pub mod target;
pub mod wire;

/// What ends a measurement early, told to the person at the terminal as it is.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// A file, socket or process failed under the harness.
    #[error("{0}: {1}")]
    Io(String, #[source] std::io::Error),
    /// The server answered, but not with what the step needs; or the step ran out of time.
    #[error("{0}")]
    Server(String),
    /// The harness lacks something on this machine, and says what.
    #[error("{0}")]
    Setup(String),
}

impl Trouble {
    /// Names what was being done when an input or output operation failed.
    pub fn io(doing: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let doing = doing.into();
        move |error| Self::Io(doing, error)
    }
}
