//! The log, on standard error.

use config::{LogFormat, Logging};
use tracing_subscriber::{EnvFilter, fmt};

/// Libraries that say at level info what is of use to their authors only: a line for each resolved event. What the
/// operator asks for comes after it and wins.
const QUIET: &str = "ruma_state_res=error";

/// `logging.level` says nothing that can be understood.
#[derive(Debug, thiserror::Error)]
#[error("logging.level: {level:?} is no level ({why}); use \"info\", or by part \"info,rooms=debug\"")]
pub(crate) struct LevelError {
    level: String,
    why: String,
}

/// Starts it. `RUST_LOG` wins over the settings, for a look at one part.
pub(crate) fn start(settings: &Logging) -> Result<(), LevelError> {
    let level = std::env::var("RUST_LOG").unwrap_or_else(|_| settings.level.clone());
    let filter = EnvFilter::try_new(format!("{QUIET},{level}"))
        .map_err(|error| LevelError { level, why: error.to_string() })?;
    let log = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match settings.format {
        LogFormat::Text => log.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}
